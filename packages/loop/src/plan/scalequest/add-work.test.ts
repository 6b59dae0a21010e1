import { expect, test } from 'vitest';
import type { LoopConfig } from '../../config/loop-config.ts';
import type { StepWork } from '../../engine/step.ts';
import { loopNames, openLoop } from '../../recipes/open-loop.ts';
import { makePlan, type Plan } from '../make-plan.ts';
import { unitFigures } from '../unit-figures.ts';

const access = {
  cacheDir: '/nonexistent',
  command: 'test',
  versions: {},
  getPython: async (): Promise<never> => {
    throw new Error('A plan trains nothing.');
  },
};

/** The paper's models: checkpoints of one folder, and the service that it had rewrite questions. */
const paperModels: LoopConfig = {
  modelsFolder: 'models',
  models: {
    rewriter: { model: 'gpt-4o-mini', endpoints: ['https://api.openai.com/v1'], keyEnv: 'OPENAI_API_KEY' },
    difficulty: { model: 'difficulty', checkpoint: 'runs/difficulty', parameters: 6.9 },
  },
  train: { launcher: { launcher: 'torchrun', processes: 8 } },
};

function plan(config: LoopConfig, over: Partial<Parameters<typeof makePlan>[0]> = {}): Plan {
  const recipe = openLoop('scalequest-math', { ...paperModels, ...config }, access);
  return makePlan({ recipe, gpu: 'a100-40g', gpus: 8, ...over });
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** GPU hours of the models of a step that have one of the roles. */
function servedHours({ steps }: Plan, name: string, models: readonly string[]): number {
  const step = steps.find((one) => one.step === name);
  return sum(step?.serves.flatMap(({ model, gpuHours }) => (models.includes(model) ? [gpuHours] : [])) ?? []);
}

test("the faithful form comes to the paper's own bill, stage by stage", () => {
  const made = plan({ form: 'faithful' });
  const stepHours = (pattern: RegExp): number =>
    sum(made.steps.flatMap(({ step, gpuHours }) => (pattern.test(step) ? [gpuHours] : [])));
  // Judge and responder are one model: what the responder alone takes is 5 answers to each of 1.02 million questions.
  const solver = servedHours(made, 'questions', ['Qwen2-Math-7B-Instruct']);
  const difficulty = servedHours(made, 'questions', ['difficulty']);
  const judging = (2e6 * 0.799 * 312) / 2158 / 3600;
  const stages = [
    { stage: 'QFT', ours: stepHours(/^qft-(qwen|deepseek)$/), paper: 2.0 + 1.9, within: 1.05 },
    { stage: 'questions for the pairs', ours: stepHours(/^qpo-data$/), paper: 0.4, within: 1.05 },
    // Ours leaves one rewriting in twenty out, which gives no pair.
    { stage: 'QPO', ours: stepHours(/^qpo-(qwen|deepseek)$/), paper: 6.6, within: 1.1 },
    {
      stage: 'questions',
      ours: servedHours(made, 'questions', ['qpo-qwen', 'qpo-deepseek']),
      paper: 38.4,
      within: 1.01,
    },
    // The paper has one figure for both. How long a judgement is, is an estimate (312 tokens), and so is the speed of its regressor,
    // of which only the rewards' is known.
    { stage: 'solvability and difficulty', ours: judging + difficulty, paper: 110.6, within: 1.3 },
    // 1.02 million questions and not 1 million.
    { stage: 'responses', ours: solver - judging, paper: 251, within: 1.05 },
    { stage: 'rewards', ours: servedHours(made, 'questions', ['internlm2-7b-reward']), paper: 112, within: 1.05 },
  ];
  const off = stages.filter(({ ours, paper, within }) => ours > paper * within || ours < paper / within);
  expect(off).toEqual([]);
  const hours = sum(stages.map(({ ours }) => ours));
  expect(hours / 522.9).toBeGreaterThan(0.95);
  expect(hours / 522.9).toBeLessThan(1.05);
  // What it paid the service, and the GPUs by the hour.
  expect(made.apiCost).toBeGreaterThan(6.2 * 0.95);
  expect(made.apiCost).toBeLessThan(6.2 * 1.05);
  const cost = hours * made.gpuHourPrice + made.apiCost;
  expect(cost / 680.8).toBeGreaterThan(0.95);
  expect(cost / 680.8).toBeLessThan(1.05);
  // Its bill has no students: 1.02 million pairs of 490 tokens, three times, are another thousand GPU hours.
  expect(stepHours(/^student-/)).toBeGreaterThan(500);
});

test('each step asks what it asks: the roles of the synthesis, and every problem of the benchmarks once', () => {
  const recipe = openLoop('scalequest-math', { ...paperModels, form: 'fixed' }, access);
  const find = (name: string): StepWork | undefined => {
    const step = recipe.steps.find((one) => one.name === name);
    return step?.work?.((figure) => unitFigures[figure].value);
  };
  expect(find('questions')?.calls?.map(({ role }) => role)).toEqual([
    'qwen',
    'deepseek',
    'judge',
    'responder',
    'reward',
  ]);
  expect(find('evaluate-llama3-8b')?.calls?.[0]?.requests).toBe(5000 + 1319 + 2818 + 675);
  expect(find('student-llama3-8b')?.training).toMatchObject({ parameters: 8, method: 'student-sft' });
});

test('the fixed form asks more questions for the same million, and on newer GPUs takes a third of the time', () => {
  const faithful = plan({ form: 'faithful' });
  const fixed = plan({ form: 'fixed' });
  const asked = ({ steps }: Plan): number => steps.find(({ step }) => step === 'questions')?.completionTokens ?? 0;
  expect(asked(fixed)).toBeGreaterThan(asked(faithful));
  const newer = plan({ form: 'fixed' }, { gpu: 'h100' });
  const hours = ({ steps }: Plan): number => steps.find(({ step }) => step === 'questions')?.gpuHours ?? 0;
  expect(hours(newer)).toBeLessThan(hours(fixed) / 3);
});

test('a hundredth of the rows is a hundredth of the work, but for evaluations and checkpoints', () => {
  const whole = plan({ form: 'fixed' });
  const part = plan({ form: 'fixed', scale: 0.01 });
  for (const name of ['questions', 'student-llama3-8b', 'qft-qwen', 'qpo-qwen']) {
    const hours = (of: Plan): number => of.steps.find(({ step }) => step === name)?.gpuHours ?? 0;
    expect(hours(part) / hours(whole), name).toBeCloseTo(0.01, 3);
  }
  const evaluations = (of: Plan): number =>
    sum(of.steps.flatMap(({ kind, gpuHours }) => (kind === 'evaluate' ? [gpuHours] : [])));
  expect(evaluations(part)).toBe(evaluations(whole));
  expect(part.diskBytes).toBeGreaterThan(1e12);
  // Each student's own copy of the million rows, of half a thousand tokens each.
  const copy = whole.steps.find(({ step }) => step === 'rows-llama3-8b')?.diskBytes ?? 0;
  expect(copy).toBeGreaterThan(1e9);
  expect(copy).toBeLessThan(4e9);
  expect(part.steps.find(({ step }) => step === 'questions')?.notes.join()).toContain('docs/recipes.md');
});

test('a training that nobody shares takes as long as one GPU takes, and says how more share it', () => {
  const { launcher: _, ...train } = paperModels.train ?? {};
  const find = (of: Plan) => of.steps.find(({ step }) => step === 'student-llama3-8b');
  const alone = find(plan({ train }, { gpu: 'h200' }));
  const shared = find(plan({}, { gpu: 'h200' }));
  expect(alone?.hours).toBeCloseTo((shared?.hours ?? 0) * 8, 6);
  expect(alone?.notes.join()).toContain('torchrun');
  expect(shared?.commands.join()).toContain('--launcher torchrun --processes 8');
  // Of some trainings alone it may be said.
  const some = plan({ train: { ...paperModels.train, launchers: { student: { launcher: 'local' } } } });
  expect(find(some)?.commands.join()).toContain('--launcher local');
  expect(some.steps.find(({ step }) => step === 'qft-qwen')?.commands.join()).toContain('--launcher torchrun');
});

test("the paper's trainings fit eight GPUs of 80 GB, and of 40, where they split their weights over them", () => {
  const { train } = paperModels;
  const full = { sharding: 'full' };
  const settings = { qft: full, qpo: { ...full, keepCheckpoints: 3 }, student: full };
  for (const gpu of ['h100', 'a100-40g'] as const) {
    const whole = plan({}, { gpu });
    const split = plan({ train: { ...train, settings } }, { gpu });
    const trainings = ({ steps }: Plan) => steps.flatMap(({ training }) => (training === undefined ? [] : [training]));
    expect(trainings(whole).map(({ fits }) => fits)).toEqual(Array(8).fill(false));
    expect(trainings(split).map(({ fits, isSharded }) => [fits, isSharded])).toEqual(Array(8).fill([true, true]));
    // The largest: QPO of 7.6 billion weights with its reference, and Llama's 8 billion.
    const most = Math.max(...trainings(split).map(({ memoryBytes }) => memoryBytes));
    expect(most).toBeCloseTo((20 / 8 + 1.5) * 7.6e9, 0);
    expect(split.gpuHours).toBeCloseTo(whole.gpuHours, 6);
    const find = (of: Plan) => of.steps.find(({ step }) => step === 'qpo-qwen');
    expect(find(split)?.commands.join()).toContain('--set \'sharding="full"\'');
    expect(find(split)?.commands.join()).toContain('--launcher torchrun --processes 8');
    expect(find(split)?.diskBytes).toBeGreaterThan(find(whole)?.diskBytes ?? 0);
    expect(find(whole)?.notes.join()).toContain('set its "sharding" to "full", and a launcher of 8 processes');
  }
});

test.each(loopNames.filter((name) => name !== 'nano'))(
  'no step of %s that asks a model, trains one or writes a dataset is left out, in either form and with every control',
  (name) => {
    for (const form of ['faithful', 'fixed'] as const) {
      const arms = (['no-qpo', 'sft-chosen', 'no-filter', 'seeds-only', 'agreement-only'] as const).filter(
        (arm) => arm !== 'agreement-only' || (form === 'fixed' && name !== 'scalequest-code'),
      );
      const seeds = name === 'scalequest-code' ? { seeds: { file: 'questions.jsonl' } } : {};
      const tester =
        name === 'scalequest-code' && form === 'fixed'
          ? { tester: { model: 'Qwen2.5-Coder-7B-Instruct', checkpoint: 'models/q' } }
          : {};
      const { difficulty, ...rest } = paperModels.models ?? {};
      const models = {
        ...rest,
        ...(name === 'scalequest-math' && difficulty !== undefined ? { difficulty } : {}),
        ...tester,
      };
      const recipe = openLoop(name, { ...paperModels, models, ...seeds, form, arms }, access);
      const without = recipe.steps.filter(
        ({ kind, work }) => work === undefined && ['synth', 'train', 'evaluate'].includes(kind),
      );
      expect(without.map(({ name: step }) => step)).toEqual([]);
      const { steps } = makePlan({ recipe, gpu: 'h200', gpus: 8 });
      // The filters of seeds ask nobody.
      const idle = steps.filter(
        ({ kind, step, gpuHours }) =>
          ['synth', 'train', 'evaluate'].includes(kind) && step !== 'qft-data' && !(gpuHours > 0),
      );
      expect(idle.map(({ step }) => step)).toEqual([]);
      expect(steps.flatMap(({ notes }) => notes.filter((note) => note.startsWith('Nothing is known')))).toEqual([]);
    }
  },
);

test('what must be there is told of each step: models, benchmarks, servers with their keys, what trains and what serves', () => {
  const recipe = openLoop('scalequest-math', { ...paperModels, form: 'faithful' }, access);
  const needs = (name: string) => recipe.steps.find((step) => step.name === name)?.work?.(() => 1)?.needs ?? [];
  expect(needs('qft-data')).toEqual([
    { kind: 'benchmark', name: 'gsm8k-train' },
    { kind: 'benchmark', name: 'math-train' },
  ]);
  expect(needs('qft-qwen')).toEqual([
    { kind: 'model', path: 'models/Qwen2-Math-7B-Instruct', source: 'Qwen/Qwen2-Math-7B-Instruct' },
    { kind: 'python' },
    { kind: 'gpus' },
  ]);
  expect(needs('qpo-data')).toEqual([
    {
      ...{ kind: 'endpoint', role: 'rewriter', model: 'gpt-4o-mini', prompts: 'turns' },
      ...{ baseUrls: ['https://api.openai.com/v1'], keyVariable: 'OPENAI_API_KEY' },
    },
    { kind: 'gpus' },
    { kind: 'vllm', isWanted: false },
  ]);
  expect(needs('evaluate-llama3-8b')).toContainEqual({ kind: 'benchmark', name: 'college-math' });
  // Nobody knows where a model of the user's own comes from.
  const own = openLoop(
    'scalequest-math',
    { ...paperModels, bases: { deepseek: { checkpoint: 'models/mine', parameters: 1.5 } } },
    access,
  );
  const mine = own.steps.find(({ name }) => name === 'qft-deepseek')?.work?.(() => 1).needs ?? [];
  expect(mine[0]).toEqual({ kind: 'model', path: 'models/mine' });
  const elsewhere = openLoop(
    'scalequest-math',
    {
      ...paperModels,
      serve: { way: 'elsewhere', folder: 'servers' },
      train: { launcher: { launcher: 'ray', address: 'http://head:8265' } },
    },
    access,
  );
  const kinds = new Set(elsewhere.steps.flatMap((step) => step.work?.(() => 1).needs?.map(({ kind }) => kind) ?? []));
  expect([...kinds].sort()).toEqual(['benchmark', 'endpoint', 'model']);
});

test('what is typed by hand is what the step does: its prompts, test sets, steps and cluster; what no flag takes is to be minded', () => {
  const prefix = { name: 'own', prefix: 'Q:', ending: '\n\n', stop: ['\n\n'], source: 'mine' };
  const made = plan(
    {
      ...{ prompts: 'my prompts', decontaminate: ['math', 'gsm8k', 'mbpp-plus'], arms: ['no-qpo', 'sft-chosen'] },
      bases: { deepseek: { checkpoint: 'models/mine', prefix } },
      train: {
        launcher: {
          ...{ launcher: 'ray', address: 'http://head:8265', processes: 2, cpusPerProcess: 4 },
          ...{ resources: { a100: 1 }, rayPython: '/opt/ray/bin/python' },
        },
      },
    },
    { folder: "Ann's loops/a" },
  );
  const find = (name: string) => made.steps.find(({ step }) => step === name);
  const typed = (name: string): string => find(name)?.commands.at(-1) ?? '';
  expect(typed('questions')).toContain(` --out 'Ann'\\''s loops/a'/steps/questions/run `);
  expect(typed('questions')).toContain(` --prompts 'my prompts' --without math-500 --without gsm-hard `);
  expect(typed('questions')).not.toContain('--without gsm8k');
  expect(typed('qft-data')).not.toContain('--prompts');
  expect(find('questions')?.notes.join('\n')).toMatch(/asks deepseek with the paper's prefix.*\n.*with mbpp-plus\./);
  expect(plan({ decontaminate: [] }).steps[0]?.commands.join()).toContain('--no-decontamination');
  // A control trains as long as what it is compared with, and its rows over and over.
  expect(typed('sft-chosen-qwen')).toContain(' --steps N ');
  expect(find('sft-chosen-qwen')?.notes.join()).toContain("N is the number of steps of 'qpo-qwen'");
  expect(find('student-mistral-7b-no-qpo')?.notes.join()).toContain("of 'student-mistral-7b'");
  expect(typed('student-mistral-7b')).not.toContain('--steps');
  expect(typed('qft-qwen')).toContain(
    '--processes 2 --ray-address http://head:8265 --cpus-per-process 4 --resource a100=1 --ray-python /opt/ray/bin/python',
  );
});

test('epochs of the configuration are those of the plan; a control ends by its steps whatever they are', () => {
  const config: LoopConfig = { ...paperModels, arms: ['seeds-only'] };
  const settings = { student: { epochs: 1 }, 'qft-qwen': { epochs: 2 } };
  const tokens = ({ steps }: Plan, name: string): number => steps.find(({ step }) => step === name)?.trainedTokens ?? 0;
  const recipe = openLoop('scalequest-math', { ...config, train: { settings } }, access);
  const [usual, once] = [plan(config), makePlan({ recipe, gpu: 'a100-40g', gpus: 8 })];
  for (const name of ['student-llama3-8b', 'student-mistral-7b', 'student-mistral-7b-seeds-only'])
    expect(tokens(once, name)).toBe(Math.round(tokens(usual, name) / 3));
  expect(tokens(once, 'qft-qwen')).toBe(2 * tokens(once, 'qft-deepseek'));
  const control = recipe.steps.find(({ name }) => name === 'student-mistral-7b-seeds-only');
  expect(control?.settings.settings).toMatchObject({ epochs: 1000 });
});
