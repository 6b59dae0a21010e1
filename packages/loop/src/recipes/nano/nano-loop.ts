import { join } from 'node:path';
import { generateSeedQuestions, pairQuestions, type QuestionPair } from '@scalequest/datasets/embedded';
import { getEmbeddedModelPath } from '@scalequest/models';
import { nano, type Recipe } from '@scalequest/synth';
import { nanoSolverInstruction } from '@scalequest/train-bridge';
import type { LoopRecipe } from '../../engine/loop-recipe.ts';
import type { Step } from '../../engine/step.ts';
import { evaluateStep } from '../../steps/evaluate-step.ts';
import { readRows, rowsStep } from '../../steps/rows-step.ts';
import { synthStep } from '../../steps/synth-step.ts';
import { type TrainAccess, trainStep } from '../../steps/train-step.ts';
import { type Arm, arms as allArms, describeArm } from './arms.ts';
import { chooseAnswers, type Taught } from './choose-answers.ts';
import { readList } from './read-list.ts';
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
  ...{ seedQuestions: 1000, questions: 3000, generations: 6000, pairs: 1600 },
  ...{ baseSteps: 2000, qftSteps: 1000, studentSteps: 600, problems: 1000 },
};

/** Rows that are asked and answered together. */
const shardRows = 256;

/** Rows of a training are gone over until its steps end it. */
const manyEpochs = 1000;

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
  return {
    name: 'nano',
    description: 'ScaleQuest in miniature with its controls, judged on held-out word problems.',
    steps: [
      ...makeStudentBase(sizes.baseSteps, access),
      ...makeGenerators(sizes, access).filter(({ name }) => isNeeded(name, arms)),
      ...['qpo', 'qft', 'sft-chosen', 'seeds']
        .filter((questions) => arms.some((arm) => arm.questions === questions))
        .map((questions) => answerQuestions(questions as Arm['questions'], sizes)),
      ...arms.flatMap((arm) => makeStudent(arm, sizes, access)),
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
    trainStep(
      { name: 'qft', recipe: 'nano.qft', rows: 'seeds', steps: qftSteps, settings: { epochs: manyEpochs } },
      access,
    ),
    synthStep({
      name: 'generations',
      settings: { rows: generations },
      recipe: () => {
        const whole = nano({ accept: 'all', rows: generations, shardRows: 512 });
        return { ...whole, name: 'nano-generations', stages: whole.stages.slice(0, 1) };
      },
      models: { asker: { step: 'qft' } },
    }),
    rowsStep({
      name: 'pairs',
      after: ['generations'],
      settings: { count: pairs, mix: 'balanced' },
      make: async function* (context) {
        const texts: { id: string; text: string }[] = [];
        for await (const { id, question } of readRows<{ id: string; question: string }>(context, 'generations'))
          texts.push({ id, text: question });
        yield* pairQuestions({ generations: texts, mix: 'balanced', seed: context.seed, count: pairs }).pairs;
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
          epochs: manyEpochs,
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

/** The rows of an arm, the student that learns from them, and what it can do. */
function makeStudent(arm: Arm, { studentSteps, problems }: NanoSizes, access: TrainAccess): readonly Step[] {
  const from = nameAnswers(arm.questions);
  const rows = `rows-${arm.name}`;
  const student = `student-${arm.name}`;
  return [
    rowsStep({
      name: rows,
      after: [from],
      settings: describeArm(arm),
      make: async function* ({ getFolder }) {
        for await (const taught of chooseAnswers(join(getFolder(from), 'run'), arm.answers)) yield toTrainRow(taught);
      },
    }),
    trainStep(
      {
        ...{ name: student, recipe: 'nano.student-sft', model: 'student-base', rows },
        ...{ steps: studentSteps, settings: { epochs: manyEpochs } },
      },
      access,
    ),
    evaluateStep({ name: `evaluate-${arm.name}`, benchmark: 'word-problems', model: student, limit: problems }),
  ];
}

function toTrainRow({ id, question, response }: Taught): object {
  return { id, prompt: `${question}${nanoSolverInstruction}`, reply: response };
}
