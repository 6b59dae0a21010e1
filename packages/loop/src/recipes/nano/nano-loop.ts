import { join } from 'node:path';
import {
  generateSeedQuestions,
  pairQuestions,
  type QuestionMix,
  type QuestionPair,
  wordProblems,
} from '@scalequest/datasets/embedded';
import { getEmbeddedModelPath } from '@scalequest/models';
import { measureNano, nano, type Recipe, readStage } from '@scalequest/synth';
import type { LoopRecipe } from '../../engine/loop-recipe.ts';
import type { Step, StepContext } from '../../engine/step.ts';
import { boardStep } from '../../steps/leaderboard-steps.ts';
import { measureStep } from '../../steps/measure-step.ts';
import { readList } from '../../steps/read-list.ts';
import { readRows, rowsStep } from '../../steps/rows-step.ts';
import { synthStep } from '../../steps/synth-step.ts';
import { type TrainAccess, trainStep, untilSteps } from '../../steps/train-step.ts';
import { type Arm, arms as allArms } from './arms.ts';
import { makeArm } from './make-arm.ts';
import { measureQuestions } from './measure-questions.ts';
import { makeStudentBase } from './student-base.ts';

export interface NanoLoopOptions {
  /** Seed questions, of which QFT learns to ask. */
  readonly seedQuestions?: number;
  /** Questions in the dataset of each generator. */
  readonly questions?: number;
  /** Questions that are asked of QFT's model for the pairs of QPO. */
  readonly generations?: number;
  readonly pairs?: number;
  readonly baseSteps?: number;
  readonly qftSteps?: number;
  /** Of every student alike. */
  readonly studentSteps?: number;
  /** Held-out problems, 1,000 at most. */
  readonly problems?: number;
  /** @defaultValue all */
  readonly arms?: readonly Arm[];
}

/** The sizes of {@link NanoLoopOptions}. */
export type NanoSizes = Required<Omit<NanoLoopOptions, 'arms'>>;

/** As the report has them. Where they come from: docs/loop.md. */
export const nanoSizes: NanoSizes = {
  ...{ seedQuestions: 500, questions: 3000, generations: 6000, pairs: 3200 },
  ...{ baseSteps: 2000, qftSteps: 500, studentSteps: 600, problems: 1000 },
};

/** Rows that are asked and answered together. */
const shardRows = 256;

/**
 * Of the directions in which questions are rewritten. With as many repairs as harder questions the steps rise less, and validity no
 * more (docs/question-training.md).
 */
const mix: QuestionMix = 'difficulty-heavy';

/**
 * The whole of ScaleQuest in miniature, with its controls: a solver that ships learns to ask (QFT) and to ask better (QPO); it is asked
 * from scratch, its questions are filtered and answered; students of one beginning learn from each arm's rows, in as many steps; all
 * answer the same held-out problems.
 *
 * @example
 * await runLoop({ recipe: nanoLoop({ getPython, command, versions }), folder: 'loops/nano', parallel: 2 });
 */
export function nanoLoop(access: TrainAccess, options: NanoLoopOptions = {}): LoopRecipe {
  const { arms = allArms, ...sizes } = { ...nanoSizes, ...options };
  const asked = ['qpo', 'qft', 'sft-chosen', 'seeds'] as const;
  const used = asked.filter((questions) => arms.some((arm) => arm.questions === questions));
  return {
    name: 'nano',
    description: 'ScaleQuest in miniature with its controls, judged on held-out word problems.',
    steps: [
      ...makeStudentBase(sizes.baseSteps, access),
      ...makeGenerators(sizes, access).filter(({ name }) => isNeeded(name, arms)),
      askBefore(sizes),
      ...used.map((questions) => answerQuestions(questions, sizes)),
      ...measureGenerators(used),
      ...used.map((questions) => measureFunnel(questions)),
      ...arms.flatMap((arm) => makeArm(arm, { answers: nameAnswers(arm.questions), ...sizes }, access)),
      ...(sizes.problems < wordProblems.count
        ? []
        : [boardStep({ name: 'board', rows: arms.map(({ name }) => `row-${name}`) })]),
    ],
  };
}

/** What every arm rests on, and of the controls of QPO what an arm asks for. */
function isNeeded(step: string, arms: readonly Arm[]): boolean {
  const isControl = step === 'chosen' || step === 'sft-chosen';
  return !isControl || arms.some(({ questions }) => questions === 'sft-chosen');
}

/** From the seeds to the models that ask. */
function makeGenerators(sizes: NanoSizes, access: TrainAccess): readonly Step[] {
  const { seedQuestions, generations, pairs, qftSteps } = sizes;
  const preference = { 'optimizer.learningRate': 1e-4, 'schedule.warmupSteps': 5, batchSize: 64 };
  return [
    rowsStep({
      name: 'seeds',
      settings: { count: seedQuestions },
      make: ({ seed }) => generateSeedQuestions({ seed, count: seedQuestions }),
    }),
    trainStep({ name: 'qft', recipe: 'nano.qft', rows: 'seeds', steps: qftSteps, settings: untilSteps }, access),
    synthStep({
      name: 'generations',
      settings: { rows: generations },
      recipe: () => askOnly(generations),
      models: { asker: { step: 'qft' } },
    }),
    rowsStep({
      name: 'pairs',
      after: ['generations'],
      settings: { count: pairs, mix },
      make: async function* (context) {
        const texts: { id: string; text: string }[] = [];
        for await (const { id, question } of readRows<{ id: string; question: string }>(context, 'generations'))
          texts.push({ id, text: question });
        yield* pairQuestions({ generations: texts, mix, seed: context.seed, count: pairs }).pairs;
      },
    }),
    trainStep({ name: 'qpo', recipe: 'nano.qpo', model: 'qft', rows: 'pairs', settings: preference }, access),
    rowsStep({
      name: 'chosen',
      after: ['pairs'],
      settings: {},
      make: async function* (context) {
        for await (const { id, chosen } of readRows<QuestionPair>(context, 'pairs')) yield { id, question: chosen };
      },
    }),
    trainStep(
      {
        ...{ name: 'sft-chosen', recipe: 'nano.qft', model: 'qft', rows: 'chosen' },
        steps: Math.ceil(pairs / preference.batchSize),
        settings: {
          optimizer: { kind: 'adamw', learningRate: preference['optimizer.learningRate'], weightDecay: 0, beta2: 0.98 },
          'schedule.warmupSteps': preference['schedule.warmupSteps'],
          batchSize: preference.batchSize,
          ...untilSteps,
        },
      },
      access,
    ),
  ];
}

const nameAnswers = (questions: Arm['questions']): string => `answers-${questions}`;

/** Asks, filters and answers; the seeds are there already, and are answered and selected as the others are. */
function answerQuestions(questions: Arm['questions'], { questions: accept, seedQuestions }: NanoSizes): Step {
  const solver = { solver: { path: getEmbeddedModelPath() } };
  if (questions !== 'seeds') {
    return synthStep({
      name: nameAnswers(questions),
      settings: { accept },
      recipe: () => nano({ accept, shardRows: Math.min(accept, shardRows) }),
      models: { asker: { step: questions }, ...solver },
    });
  }
  return synthStep({
    name: nameAnswers(questions),
    reads: ['seeds'],
    settings: { rows: seedQuestions },
    recipe: async ({ getFile }): Promise<Recipe> => {
      const { count, stage } = await readList(getFile('seeds', 'rows'));
      const whole = nano({ shardRows });
      const behind = whole.stages.filter(({ name }) => name !== 'generate' && name !== 'duplicates');
      return {
        ...whole,
        name: 'nano-seeds',
        generators: [{ name: 'seeds', accept: 'all', rows: count }],
        stages: [stage, ...behind],
      };
    },
    models: solver,
  });
}

/** What a model says that never learnt to ask. */
function askBefore({ generations }: NanoSizes): Step {
  const rows = Math.min(500, generations);
  return synthStep({
    name: 'asked-before',
    settings: { rows },
    recipe: () => askOnly(rows),
    models: { asker: { path: getEmbeddedModelPath() } },
  });
}

function askOnly(rows: number): Recipe {
  const whole = nano({ accept: 'all', rows, shardRows: 512 });
  return { ...whole, name: 'nano-questions', stages: whole.stages.slice(0, 1) };
}

/** The questions of every model as it asked them, before any filter. */
function measureGenerators(used: readonly Arm['questions'][]): readonly Step[] {
  const generators = used.filter((questions) => questions !== 'seeds');
  const measured = (name: string, from: string, list: (context: StepContext) => AsyncIterable<string>): Step =>
    measureStep({
      name: `questions-${name}`,
      after: [...new Set([from, 'seeds'])],
      settings: {},
      measure: async (context) => {
        const seeds = new Set<string>();
        if (name !== 'seeds') for await (const question of listSeeds(context)) seeds.add(question);
        return await measureQuestions(list(context), seeds);
      },
    });
  return [
    measured('before', 'asked-before', (context) => listAsked(context, 'asked-before')),
    measured('seeds', 'seeds', listSeeds),
    ...generators.map((name) => measured(name, nameAnswers(name), (context) => listAsked(context, nameAnswers(name)))),
  ];
}

async function* listSeeds(context: StepContext): AsyncGenerator<string> {
  for await (const { question } of readRows<{ question: string }>(context, 'seeds')) yield question;
}

async function* listAsked({ getFolder }: StepContext, step: string): AsyncGenerator<string> {
  for await (const { fields } of readStage(join(getFolder(step), 'run'), 'generate')) yield String(fields.question);
}

/** What each stage lets through, by the oracle, which no stage sees. */
function measureFunnel(questions: Arm['questions']): Step {
  const from = nameAnswers(questions);
  return measureStep({
    name: `funnel-${questions}`,
    after: [from],
    settings: {},
    measure: async ({ getFolder }) => ({
      stages: (await measureNano(join(getFolder(from), 'run'))).map((stage) => ({ ...stage })),
    }),
  });
}
