import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { Step } from '../engine/step.ts';
import type { LoopAccess } from '../recipes/loop-access.ts';
import { loopNames, openLoop } from '../recipes/open-loop.ts';
import type { LoopConfig } from './loop-config.ts';
import { parseLoopConfig, readLoopConfig } from './read-loop-config.ts';

const access: LoopAccess = {
  cacheDir: '/tmp/cache',
  command: 'a test',
  versions: {},
  getPython: () => Promise.reject(new Error('Nothing is trained here.')),
};
const rewriter = { model: 'gpt-4o-mini', endpoints: ['https://api.example.com/v1'], keyEnv: 'REWRITER_KEY' };
const whole: LoopConfig = { modelsFolder: '/models', models: { rewriter } };

function open(config: LoopConfig, name = 'scalequest-math'): ReadonlyMap<string, Step> {
  return new Map(openLoop(name, config, access).steps.map((step) => [step.name, step]));
}

function readSetting(steps: ReadonlyMap<string, Step>, step: string, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], steps.get(step)?.settings ?? {});
}

describe('a configuration', () => {
  test.each([
    [{ scales: 0.1 }, '"scales" is no setting. Close names: scale.'],
    [{ scale: 2 }, '"scale"'],
    [
      { models: { judge: { model: 'm' } } },
      '"models.judge": give one of "endpoints", "endpointsFile" and "checkpoint".',
    ],
    [{ models: { judge: { model: 'm', endpoints: ['not a url'] } } }, '"models.judge.endpoints.0"'],
    [{ models: { judge: { model: 'm', checkpoint: 'x', keyEnv: 'sk-abc-123' } } }, 'never the key itself'],
    [{ serve: { way: 'there' } }, '"serve.way"'],
    [{ serve: { way: 'elsewhere' } }, '"serve.folder"'],
    [{ serve: { way: 'here', gpus: '0, 1' } }, 'CUDA_VISIBLE_DEVICES'],
    [{ train: { launcher: { launcher: 'torchrun' } } }, '"train.launcher.processes"'],
    [
      { train: { launchers: { student: { launcher: 'ray', adress: 'http://head:8265' } } } },
      '"train.launchers.student',
    ],
    [{ arms: ['no-rewards'] }, '"arms.0"'],
    [{ students: {} }, '"students": give one at least.'],
    [{ students: { 'My Student': {} } }, '"students.My Student"'],
    [{ counts: { rows: { qwen: 0 } } }, '"counts.rows.qwen"'],
    [[], 'The whole'],
  ])('that is wrong is refused with the place and the reason: %j', (value, why) => {
    const refused = {
      code: 'BAD_CONFIG',
      kind: 'request',
      parts: { what: "The configuration 'loop.json' cannot be used." },
    };
    let thrown: unknown;
    try {
      parseLoopConfig(value, 'loop.json');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject(refused);
    expect((thrown as { parts: { why: string } }).parts.why).toContain(why);
  });

  test('that is no JSON, or is not there, is told with its file', async () => {
    using folder = makeTemporaryFolder();
    writeFileSync(folder.join('loop.json'), '{"scale": 0.1');
    await expect(readLoopConfig(folder.join('loop.json'))).rejects.toMatchObject({ code: 'BAD_CONFIG' });
    await expect(readLoopConfig(folder.join('none.json'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    writeFileSync(folder.join('loop.json'), '\ufeff{"scale": 0.1}');
    expect(await readLoopConfig(folder.join('loop.json'))).toEqual({ scale: 0.1 });
  });

  test.each<[LoopConfig, RegExp]>([
    [{ modelsFolder: '/models' }, /Nobody answers for 'rewriter'/],
    [{ models: { rewriter } }, /Nobody answers for 'judge'/],
    [{ ...whole, models: { rewriter, juge: rewriter } }, /"models" names 'juge'[\s\S]*judge/],
    [{ ...whole, bases: { llama: { checkpoint: 'x' } } }, /"bases" names 'llama'[\s\S]*qwen, deepseek/],
    [{ ...whole, students: { mine: { checkpoint: 'x', learningRate: 1e-5 } } }, /Student 'mine' has no "template"/],
    [{ ...whole, students: { mine: { checkpoint: 'x', learningRate: 1e-5, template: 'alpca' } } }, /alpaca/],
    [{ ...whole, armStudents: ['qwen2-math-7b', 'mine'] }, /"armStudents" names 'mine'/],
    [{ ...whole, form: 'faithful', arms: ['agreement-only'] }, /"arms" names 'agreement-only'/],
    [{ ...whole, train: { settings: { qfo: {} } } }, /"train.settings" names 'qfo'[\s\S]*qpo/],
    [{ ...whole, train: { launchers: { students: { launcher: 'local' } } } }, /"train.launchers" names 'students'/],
    [
      { ...whole, train: { settings: { student: { 'optimizer.learnRate': 1e-5 } } } },
      /no setting 'optimizer.learnRate'/,
    ],
    [{ ...whole, train: { settings: { 'qpo-qwen': { batchSize: 0 } } } }, /Setting 'batchSize' is 0/],
    [{ ...whole, train: { settings: { qft: { sharding: 'fsdp' } } } }, /Setting 'sharding' is "fsdp"/],
    [
      {
        ...whole,
        train: {
          settings: {
            student: { sharding: 'full', optimizer: { kind: 'muon', learningRate: 0.01, weightDecay: 0, beta2: 0.95 } },
          },
        },
      },
      /'muon' needs each matrix whole/,
    ],
    [{ ...whole, serve: { way: 'here', models: { rewards: {} } } }, /"serve.models" names 'rewards'/],
    [{ ...whole, benchmarks: ['math', { name: 'math', limit: 5 }] }, /"benchmarks" has 'math' twice/],
    [
      { ...whole, students: { 'mistral-7b': {}, 'llama3-8b': { title: 'Mistral-7B-ScaleQuest' } } },
      /"students\.\*\.title" has 'Mistral-7B-ScaleQuest' twice/,
    ],
    [{ ...whole, benchmarks: ['mathh'] }, /'mathh' is not known/],
    [{ ...whole, protocol: 'dart@7' }, /dart@7/],
    [{ ...whole, decontaminate: ['gsm9k'] }, /gsm9k/],
  ])('that lacks something or names what is not there is refused when the loop is opened: %j', (config, message) => {
    expect(() => open(config)).toThrow(message);
  });

  test('seed questions of the code loop must be given', () => {
    expect(() => open(whole, 'scalequest-code')).toThrow(/"seeds"/);
    expect(open({ ...whole, seeds: { file: 'seeds.jsonl' } }, 'scalequest-code').has('seed-questions')).toBe(true);
  });

  test('an unknown loop is told with those that there are; nano takes no configuration', () => {
    expect(loopNames).toEqual(['nano', 'scalequest-math', 'scalequest-longcot', 'scalequest-code']);
    expect(() => openLoop('scalequest-maths', whole, access)).toThrow(/scalequest-math/);
    expect(() => openLoop('nano', {}, access)).toThrow(/takes no configuration/);
    expect(openLoop('nano', undefined, access).name).toBe('nano');
  });
});

describe('the loop of a configuration', () => {
  test("is the paper's where nothing is said", () => {
    const steps = open(whole);
    const rates = ['mistral-7b', 'llama3-8b', 'deepseekmath-7b', 'qwen2-math-7b'].map((student) => [
      readSetting(steps, `student-${student}`, ['settings', 'optimizer.learningRate']),
      readSetting(steps, `rows-${student}`, ['template', 'name']),
    ]);
    expect(rates).toEqual([
      [1e-5, 'scalequest-mistral'],
      [5e-5, 'scalequest-llama3'],
      [5e-5, 'scalequest-dsmath'],
      [1e-5, 'scalequest-qwen2math'],
    ]);
    expect(steps.get('questions')?.settings).toMatchObject({
      form: 'fixed',
      rows: { qwen: 600_000, deepseek: 400_000 },
    });
    expect(open({ ...whole, form: 'faithful' }).get('questions')?.settings).toMatchObject({
      ...{ form: 'faithful', rows: { qwen: 1_000_000, deepseek: 1_000_000 } },
      models: { difficulty: 'given:deepseek-math-7b-base' },
      prefixes: { deepseek: '<｜begin▁of▁sentence｜>User: ' },
    });
    expect(steps.get('evaluate-mistral-7b')?.settings).toMatchObject({
      ...{ protocol: 'dart@1', called: 'Mistral-7B-ScaleQuest' },
      benchmarks: ['math', 'gsm8k', 'college-math', 'olympiadbench'].map((name) => ({ name, limit: null })),
    });
    expect(steps.get('board')?.after).toHaveLength(16);
  });

  test('follows its scale in every count, and none falls to nothing', () => {
    const steps = open({ ...whole, scale: 0.001, counts: { generations: 12 } });
    expect(steps.get('qft-data')?.settings).toMatchObject({ rows: { gsm8k: 7, math: 8 } });
    expect(steps.get('qpo-data')?.settings).toMatchObject({ rows: 12 });
    expect(steps.get('questions')?.settings).toMatchObject({ rows: { qwen: 600, deepseek: 400 } });
    expect(open({ ...whole, scale: 1e-9 }).get('questions')?.settings).toMatchObject({
      rows: { qwen: 1, deepseek: 1 },
    });
  });

  test('notes names of models, and neither keys nor where they are', () => {
    const settings = JSON.stringify([...open(whole).values()].map((step) => step.settings));
    expect(settings).toContain('given:gpt-4o-mini');
    expect(settings).not.toContain('api.example.com');
    expect(settings).not.toContain('REWRITER_KEY');
    expect(settings).not.toContain('/models');
    const moved = open({ ...whole, modelsFolder: '/elsewhere', serve: { way: 'elsewhere', folder: '/shared' } });
    expect(JSON.stringify([...moved.values()].map((step) => step.settings))).toBe(settings);
  });

  test('goes on where a training is split, launched or kept in another way; with another learning rate it is another', () => {
    const note = (train: LoopConfig['train']): string =>
      JSON.stringify([...open({ ...whole, train }).values()].map(({ settings }) => settings));
    const split = { sharding: 'full', microBatchSize: 2, activationCheckpointing: false, keepCheckpoints: 3 };
    const launcher = { launcher: 'torchrun', processes: 8 } as const;
    expect(note({ launcher, settings: { student: split, 'qpo-qwen': split } })).toBe(note({}));
    expect(note({ settings: { student: { maxTokens: 2048 } } })).not.toBe(note({}));
    expect(note({ settings: { student: { export: null } } })).not.toBe(note({}));
    // The training itself is given all of it.
    const { training } = open({ ...whole, train: { launcher, settings: { student: split } } }).get(
      'student-mistral-7b',
    ) as Step;
    expect(training).toEqual({ launcher, settings: { 'optimizer.learningRate': 1e-5, ...split } });
  });

  test('has the controls that were chosen, for the students that were chosen, in as many steps as the whole', () => {
    const arms = ['no-qpo', 'sft-chosen', 'no-filter', 'seeds-only', 'agreement-only'] as const;
    const steps = open({ ...whole, arms, armStudents: ['qwen2-math-7b'] });
    for (const arm of arms) {
      const student = steps.get(`student-qwen2-math-7b-${arm}`);
      expect(student?.settings.steps).toEqual({ as: 'student-qwen2-math-7b' });
      expect(student?.after).toContain('student-qwen2-math-7b');
      expect(steps.get('board')?.after).toContain(`row-qwen2-math-7b-${arm}-math`);
      expect(steps.has(`student-mistral-7b-${arm}`)).toBe(false);
    }
    expect(steps.get('questions-no-qpo')?.after).toEqual(['qft-qwen', 'qft-deepseek']);
    expect(steps.get('questions-sft-chosen')?.after).toEqual(['sft-chosen-qwen', 'sft-chosen-deepseek']);
    expect(steps.get('questions-no-filter')?.settings.models).not.toHaveProperty('judge');
    expect(steps.get('questions-seeds-only')?.after).toEqual(['qft-data']);
    expect(steps.get('rows-qwen2-math-7b-agreement-only')?.after).toEqual(['questions']);
  });

  test('is the same with the same arms in any order, and one named twice', () => {
    const describe = (arms: LoopConfig['arms']): readonly unknown[] =>
      [...open({ ...whole, arms }).values()].map(({ name, after, settings }) => ({ name, after, settings }));
    expect(describe(['seeds-only', 'no-qpo', 'seeds-only'])).toEqual(describe(['no-qpo', 'seeds-only']));
  });

  test('a benchmark of which a part is asked has no row', () => {
    const steps = open({ ...whole, benchmarks: ['gsm8k', { name: 'math', limit: 100 }] });
    expect(steps.has('row-mistral-7b-gsm8k')).toBe(true);
    expect(steps.has('row-mistral-7b-math')).toBe(false);
    expect(open({ ...whole, benchmarks: [{ name: 'math', limit: 100 }] }).has('board')).toBe(false);
  });

  test('trains on the very text that generators are asked with', () => {
    const steps = open(whole);
    expect(steps.get('qft-deepseek')?.settings.settings).toMatchObject({
      'template.prefix': '<｜begin▁of▁sentence｜>User:',
      'template.end': '\n\n<｜end▁of▁sentence｜>',
    });
    expect(steps.get('qft-rows-deepseek')?.settings).toEqual({ lead: ' ' });
    expect(steps.get('qpo-data')?.settings.prefixes).toMatchObject({ deepseek: 'User:' });
  });
});
