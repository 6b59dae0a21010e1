import { qpoPairs, scalequestMath } from '@scalequest/synth';
import { describe, expect, test } from 'vitest';
import type { LoopRecipe } from '../engine/loop-recipe.ts';
import type { ModelWork, Step, StepWork } from '../engine/step.ts';
import { evaluationWork } from './evaluation-work.ts';
import { makePlan, type Plan } from './make-plan.ts';
import { synthesisWork } from './synthesis-work.ts';
import { type TrainingWorkOptions, trainingWork } from './training-work.ts';
import type { GpuKind, ReadFigure } from './unit-figures.ts';

interface MadeStep {
  readonly name: string;
  readonly after?: readonly string[];
  readonly work?: (read: ReadFigure) => Partial<StepWork>;
}

function makeRecipe(...steps: readonly MadeStep[]): LoopRecipe {
  const run: Step['run'] = async () => ({ files: {} });
  return {
    name: 'test',
    description: 'For a test.',
    steps: steps.map(({ name, after = [], work }) => ({
      ...{ name, kind: 'rows', version: 1, after, settings: {}, run },
      ...(work === undefined
        ? {}
        : { work: (read: ReadFigure) => ({ commands: [], diskBytes: 0, ...work(read) }) satisfies StepWork }),
    })),
  };
}

const solver = { name: 'solver', parameters: 7.6 };
const call = (over: Partial<ModelWork>): ModelWork => ({
  ...{ role: 'responder', model: solver, task: 'replies', requests: 10, promptTokens: 0, completionTokens: 0 },
  ...over,
});

describe('a step', () => {
  test('takes as many GPU hours as its tokens by the speed of one GPU, and costs them', () => {
    // 2,158 tokens a second for an hour, twice.
    const work = (): Partial<StepWork> => ({ calls: [call({ completionTokens: 2 * 3600 * 2158 })], diskBytes: 7 });
    const plan = makePlan({ recipe: makeRecipe({ name: 'answers', work }), gpu: 'a100-40g', gpus: 4 });
    expect(plan.gpuHours).toBeCloseTo(2, 6);
    expect(plan.hours).toBeCloseTo(0.5, 6);
    expect(plan.gpuCost).toBeCloseTo(2.58, 6);
    expect(plan.diskBytes).toBe(7);
    const dear = makePlan({
      recipe: makeRecipe({ name: 'answers', work }),
      gpu: 'a100-40g',
      gpus: 4,
      gpuHourPrice: 10,
    });
    expect(dear.gpuCost).toBeCloseTo(20, 6);
  });

  test('that asks for scores is counted by its rows', () => {
    const work = (): Partial<StepWork> => ({ calls: [call({ task: 'scores', requests: 3600 * 64 })] });
    expect(makePlan({ recipe: makeRecipe({ name: 'rewards', work }), gpu: 'h100', gpus: 1 }).gpuHours).toBeCloseTo(
      1,
      6,
    );
  });

  test('of a larger model is slower, by what was measured or by its size, and of a smaller one never faster than seen', () => {
    const hours = (parameters: number, gpu: 'h100' | 'a100-40g'): number => {
      const work = (): Partial<StepWork> => ({
        calls: [call({ model: { name: 'other', parameters }, completionTokens: 3600 * 8100 })],
      });
      return makePlan({ recipe: makeRecipe({ name: 'answers', work }), gpu, gpus: 1 }).gpuHours;
    };
    expect(hours(4, 'h100')).toBeCloseTo(1, 6);
    expect(hours(0.5, 'h100')).toBeCloseTo(1, 6);
    expect(hours(14.8, 'h100')).toBeCloseTo(8100 / 4500, 6);
    expect(hours(6, 'h100')).toBeGreaterThan(1);
    expect(hours(6, 'h100')).toBeLessThan(8100 / 6350);
    expect(hours(29.6, 'h100')).toBeCloseTo((2 * 8100) / 4500, 6);
    expect(hours(77, 'a100-40g')).toBeCloseTo((10 * 8100) / 2158, 6);
  });

  test('at a service is billed by its tokens: by the prices that are given, else by those that are known', () => {
    const bill = (model: ModelWork['model']): { cost: number; notes: readonly string[] } => {
      const work = (): Partial<StepWork> => ({
        calls: [call({ model, promptTokens: 2_000_000, completionTokens: 1_000_000 })],
      });
      const { apiCost, gpuHours, steps } = makePlan({
        recipe: makeRecipe({ name: 'pairs', work }),
        gpu: 'h100',
        gpus: 1,
      });
      expect(gpuHours).toBe(0);
      return { cost: apiCost, notes: steps[0]?.notes ?? [] };
    };
    expect(bill({ name: 'gpt-4o-mini' })).toEqual({ cost: expect.closeTo(0.9, 6), notes: [] });
    expect(bill({ name: 'gpt-4o-mini', prices: { in: 1, out: 2 } })).toEqual({ cost: 4, notes: [] });
    const unknown = bill({ name: 'some-model' });
    expect(unknown.cost).toBe(0);
    expect(unknown.notes.join()).toContain("No price is known for 'some-model'");
  });

  describe('that trains', () => {
    const train = (over: Partial<TrainingWorkOptions>, gpu: GpuKind, gpus = 8): Plan =>
      makePlan({
        recipe: makeRecipe({
          name: 'student',
          work: (read) =>
            trainingWork(read, { method: 'student-sft', parameters: 7.6, rows: 1000, commands: [], ...over }),
        }),
        ...{ gpu, gpus },
      });
    const notes = ({ steps }: Plan): string => steps.flatMap((step) => step.notes).join('\n');

    test('says what memory it wants on each GPU, and what to set where it does not fit', () => {
      const small = train({}, 'h100');
      expect(small.steps[0]?.training).toMatchObject({ memoryBytes: 16 * 7.6e9, fits: false, gpus: 8 });
      // An eighth of 16 bytes a weight, and 1.5 for what each gathers.
      expect(notes(small)).toBe(
        'It takes 122 GB on each GPU, of which this kind has 80. Split over 8 GPUs it takes 27: set its "sharding" to "full", and a launcher of 8 processes.',
      );
      expect(notes(train({}, 'h100', 1))).toMatch(/122 GB on each GPU, of which this kind has 80\. More GPUs/);
      const large = train({}, 'h200');
      expect(large.steps[0]).toMatchObject({ training: { fits: true, isSharded: false }, notes: [] });
      // 1,000 rows of 490 tokens, three times, at 8 operations for each weight.
      expect(large.gpuHours).toBeCloseTo((3 * 490_000 * 8 * 7.6e9) / (989e12 * 0.35) / 3600, 6);
      expect(large.hours).toBeCloseTo(large.gpuHours / 8, 6);
      // Two checkpoints with their moments and the model.
      expect(large.diskBytes).toBeGreaterThan(28 * 7.6e9);
    });

    test('takes its share of weights that are split, and the reference of QPO is split too', () => {
      const split = train({ isSharded: true }, 'a100-40g');
      expect(split.steps[0]?.training).toMatchObject({ fits: true, isSharded: true, gpus: 8 });
      expect(split.steps[0]?.training?.memoryBytes).toBeCloseTo((16 / 8 + 1.5) * 7.6e9, 0);
      expect(notes(split)).toMatch(/^Its weights are split over 8 GPUs, which we have tried on CPUs alone/);
      // What comes out and what is kept is as much as without.
      expect(split.diskBytes).toBe(train({}, 'a100-40g').diskBytes);
      const qpo = train({ method: 'qpo', isSharded: true }, 'a100-40g');
      expect(qpo.steps[0]?.training?.memoryBytes).toBeCloseTo((20 / 8 + 1.5) * 7.6e9, 0);
      expect(train({ method: 'qpo' }, 'h200').steps[0]?.training).toMatchObject({
        memoryBytes: 20 * 7.6e9,
        fits: false,
      });
      expect(notes(train({ isSharded: true }, 'a100-40g', 2))).toMatch(
        /73 GB on each of 2 GPUs that split its weights, of which this kind has 40\. More GPUs/,
      );
    });

    test('is shared by as many GPUs as it has processes; one has nobody to split its weights with', () => {
      const alone = train({ method: 'qpo', isSharded: true, processes: 1 }, 'h100');
      expect(alone.steps[0]?.training).toMatchObject({ memoryBytes: 20 * 7.6e9, gpus: 1, isSharded: false });
      expect(alone.hours).toBe(alone.gpuHours);
      expect(notes(alone)).toMatch(/Split over 8 GPUs it takes 31: set[\s\S]*It trains on 1 of 8 GPUs/);
      const four = train({ method: 'qpo', isSharded: true, processes: 4 }, 'h100');
      expect(four.hours).toBeCloseTo(four.gpuHours / 4, 6);
      expect(four.steps[0]?.training?.memoryBytes).toBeCloseTo((20 / 4 + 1.5) * 7.6e9, 0);
      expect(notes(train({ processes: 16, isSharded: true }, 'h100'))).toMatch(
        /started in 16 processes, each on a GPU of its own, and planned on 8 GPUs/,
      );
    });
  });

  test('names what it rests on that nobody measured', () => {
    const work = (read: ReadFigure): StepWork => evaluationWork(read, { model: solver, problems: 100, commands: [] });
    const [step] = makePlan({ recipe: makeRecipe({ name: 'evaluate', work }), gpu: 'a100-40g', gpus: 1 }).steps;
    expect(step?.estimates).toEqual(['evaluated-prompt.tokens', 'evaluated-reply.tokens', 'text.bytes-per-token']);
  });

  test('has its commands as they are typed in the folder of the loop', () => {
    const work = (): Partial<StepWork> => ({ commands: ['scalequest synth status {loop}/steps/dataset/run'] });
    const plan = makePlan({ recipe: makeRecipe({ name: 'dataset', work }), gpu: 'h100', gpus: 1, folder: 'loops/a' });
    expect(plan.steps[0]?.commands).toEqual(['scalequest synth status loops/a/steps/dataset/run']);
  });

  test('without an amount is there, and counts for nothing', () => {
    const plan = makePlan({ recipe: makeRecipe({ name: 'chosen' }), gpu: 'h100', gpus: 1 });
    expect(plan.steps[0]).toMatchObject({ step: 'chosen', gpuHours: 0, commands: [] });
  });
});

describe('GPUs', () => {
  const twoModels = (): Partial<StepWork> => ({
    calls: [
      call({ role: 'judge', completionTokens: 2158 * 3600 }),
      call({ completionTokens: 2158 * 3600 * 5 }),
      call({ role: 'reward', model: { name: 'reward', parameters: 7.7 }, task: 'scores', requests: 12.4 * 3600 * 2 }),
    ],
  });

  test('are spread so that the slowest model is as quick as may be; roles of one model share its servers', () => {
    const plan = makePlan({ recipe: makeRecipe({ name: 'dataset', work: twoModels }), gpu: 'a100-40g', gpus: 4 });
    const [step] = plan.steps;
    expect(step?.serves).toEqual([
      { model: 'solver', roles: ['judge', 'responder'], gpuHours: expect.closeTo(6, 6), gpus: 3 },
      { model: 'reward', roles: ['reward'], gpuHours: expect.closeTo(2, 6), gpus: 1 },
    ]);
    expect(step?.hours).toBeCloseTo(2, 6);
  });

  test('that are fewer than the models are said to be', () => {
    const plan = makePlan({ recipe: makeRecipe({ name: 'dataset', work: twoModels }), gpu: 'a100-40g', gpus: 1 });
    expect(plan.steps[0]?.notes.join()).toContain('asks 2 models, and there are 1 GPUs');
    expect(plan.hours).toBeCloseTo(8, 6);
  });
});

test('the critical path is the chain of steps that takes longest', () => {
  const hours = (count: number) => (): Partial<StepWork> => ({
    calls: [call({ completionTokens: count * 2158 * 3600 })],
  });
  const recipe = makeRecipe(
    { name: 'seeds' },
    { name: 'qft-a', after: ['seeds'], work: hours(1) },
    { name: 'qft-b', after: ['seeds'], work: hours(3) },
    { name: 'dataset', after: ['qft-a', 'qft-b'], work: hours(2) },
    { name: 'aside', after: ['seeds'], work: hours(4) },
  );
  const { criticalPath, hours: all } = makePlan({ recipe, gpu: 'a100-40g', gpus: 1 });
  expect(criticalPath.steps).toEqual(['seeds', 'qft-b', 'dataset']);
  expect(criticalPath.hours).toBeCloseTo(5, 6);
  expect(all).toBeCloseTo(10, 6);
});

describe('a synthesis', () => {
  const models = {
    qwen: { name: 'qpo-qwen', parameters: 7.6 },
    deepseek: { name: 'qpo-deepseek', parameters: 6.9 },
    judge: solver,
    responder: solver,
    reward: { name: 'reward', parameters: 7.7 },
    rewriter: { name: 'gpt-4o-mini' },
  };

  test('is asked for as many questions as its filters leave of what it must give', () => {
    const recipe = scalequestMath({ accept: { qwen: 600, deepseek: 400 } });
    let calls: readonly ModelWork[] = [];
    const work = (read: ReadFigure): StepWork => {
      const made = synthesisWork(read, { recipe, models, commands: [] });
      calls = made.calls ?? [];
      return made;
    };
    makePlan({ recipe: makeRecipe({ name: 'dataset', work }), gpu: 'h100', gpus: 8 });
    const find = (role: string, task: ModelWork['task']): ModelWork =>
      calls.find((one) => one.role === role && one.task === task) as ModelWork;
    // Language, duplicates, solvability, agreement; the easiest 31 % of deepseek's go behind the answers.
    const kept = 0.799 * 0.97 * 0.757 * 0.95;
    const asked = Math.ceil(600 / kept);
    expect(find('qwen', 'questions')).toMatchObject({
      requests: Math.ceil(asked / 32),
      completionTokens: asked * 55,
    });
    const judged = asked * 0.799 * 0.97 + Math.ceil(400 / (kept * 0.69)) * 0.799 * 0.97;
    expect(find('judge', 'replies').requests).toBe(Math.ceil(judged));
    // Five answers come of one request.
    expect(find('responder', 'replies').requests).toBe(Math.ceil(judged * 0.757));
    expect(find('responder', 'replies').completionTokens).toBeCloseTo(judged * 0.757 * 5 * 390, -1);
    expect(find('reward', 'scores').requests).toBe(
      Math.ceil(judged * 0.757 * 0.69 * 5 + asked * 0.799 * 0.97 * 0.757 * 0.31 * 5),
    );
  });

  test('says which stage it knows nothing of, and where a generator cannot give enough', () => {
    const base = qpoPairs({ rows: 100, prefixes: undefined as never });
    const [first] = base.stages;
    const recipe = {
      ...base,
      generators: [{ name: 'qwen', accept: 100, rows: 100 }],
      stages: [...base.stages.slice(0, 2), { ...(first as (typeof base.stages)[number]), name: 'own' }],
    };
    const work = (read: ReadFigure): StepWork => synthesisWork(read, { recipe, models, commands: [] });
    const [step] = makePlan({ recipe: makeRecipe({ name: 'pairs', work }), gpu: 'h100', gpus: 8 }).steps;
    expect(step?.notes).toEqual([
      "Generator 'qwen' gives 100 rows at most, and 126 would be needed for 100.",
      "Nothing is known of stage 'own': all its rows are taken to pass, and its requests are not counted.",
    ]);
  });
});
