import { createRandom, type Random } from '@scalequest/core';
import {
  drawBareEquation,
  generateTrainingExercises,
  generateTrainingWordProblems,
} from '@scalequest/datasets/embedded';
import type { TrainConfig } from '../config/train-config.ts';
import type { TrainRow, TrainSegment } from '../config/train-row.ts';
import type { GeneratedRecipe, RecipeInput } from './recipe.ts';

// What it learns from.

/** Shares of the rows. */
const mix = { exercises: 0.33, wordProblems: 0.45, bareEquations: 0.22 } as const;

/** The instruction of eval's protocol `scalequest@1`, which a test compares: the model is asked so when it is evaluated. */
export const instruction = '\n\nSolve this step by step, then write the final answer, and nothing else, in \\boxed{}.';

/** Share of the problems that are asked with the instruction; the others are asked bare. */
const instructedShare = 0.3;

/** Bare equations in one row, about as long as a problem with its solution. */
const equationsPerRow = 12;

/**
 * Only what is found is learnt, of questions and of equations alike: the model learns to solve and not to ask, which is
 * where ScaleQuest begins. A weight of 0.05 cost accuracy: late in the training the questions, which cannot be
 * foreseen, would be most of the loss.
 */
const givenWeight = 0;

/** Rows that are made and shuffled together. The worker shuffles the whole once more. */
const chunkRows = 4096;

function* makeRows({ seed, count }: { readonly seed: number; readonly count: number }): Generator<TrainRow> {
  for (let chunk = 0; chunk * chunkRows < count; chunk++) {
    yield* makeChunk({ seed: seed * 1_000_000 + chunk, count: Math.min(chunkRows, count - chunk * chunkRows) });
  }
}

function makeChunk({ seed, count }: { readonly seed: number; readonly count: number }): TrainRow[] {
  const random = createRandom(`nano.solver/${seed}`);
  const exercises = Math.round(count * mix.exercises);
  const wordProblems = Math.round(count * mix.wordProblems);
  return random.shuffle([
    ...generateTrainingExercises({ seed, count: exercises }).map(
      ({ id, problem, solution }): TrainRow => ({ id, prompt: ask(problem, random), reply: solution }),
    ),
    ...generateTrainingWordProblems({ seed, count: wordProblems }).map(
      ({ id, problem, reply }): TrainRow => ({ id, prompt: ask(problem, random), reply }),
    ),
    ...Array.from(
      { length: count - exercises - wordProblems },
      (_, i): TrainRow => ({ id: `bare-equations/${seed}/${i}`, segments: drawEquations(random) }),
    ),
  ]);
}

function ask(problem: string, random: Random): string {
  return random.next() < instructedShare ? `${problem}${instruction}` : problem;
}

function drawEquations(random: Random): TrainSegment[] {
  return Array.from({ length: equationsPerRow }, (_, i) => {
    const { given, found } = drawBareEquation(random);
    const end = i < equationsPerRow - 1 ? '\n' : '';
    // Signs behind the last digit, such as `)=`, may share a token with what is found, and a digit is always a token of
    // its own: cut there, no token lies over the border.
    const border = given.search(/\D*$/);
    return [
      { text: given.slice(0, border), weight: givenWeight },
      { text: `${given.slice(border)}${found}${end}`, weight: 1 },
    ];
  }).flat();
}

// Its shape: Llama with heads of 32, which every engine runs.

const tokenizer: TrainConfig['tokenizer'] = { kind: 'train', vocabSize: 1024, sampleRows: 50_000 };

const model: TrainConfig['model'] = {
  kind: 'new',
  hiddenSize: 96,
  layers: 4,
  heads: 3,
  feedForwardSize: 256,
  contextLength: 512,
};

// How it learns.

const batchSize = 16;

const ownSteps = 13_500;

/** Rows that are too long are dropped, so there are a few more than the steps take. */
const spareShare = 0.02;

function makeConfig({ run, seed, steps = ownSteps, data }: RecipeInput): TrainConfig {
  return {
    version: 1,
    kind: 'sft',
    run,
    seed,
    threads: 1,
    device: 'cpu',
    data,
    tokenizer,
    model,
    promptWeight: givenWeight,
    maxTokens: 384,
    batchSize,
    gradientAccumulation: 1,
    epochs: 1,
    maxSteps: steps,
    optimizer: { kind: 'muon', learningRate: 0.005, muonLearningRate: 0.006, weightDecay: 0.01, beta2: 0.98 },
    schedule: { kind: 'cosine', warmupSteps: Math.min(100, Math.ceil(steps / 10)), finalShare: 0.02 },
    gradientClip: 1,
    checkpointEverySteps: Math.min(500, Math.ceil(steps / 4)),
    keepCheckpoints: 2,
    logEverySteps: 20,
    export: {
      // Twice the size of f16, and what torch and llama.cpp make of it is the same to four digits.
      gguf: 'f32',
      name: 'ScaleQuest nano solver',
      license: 'Apache-2.0',
      description: 'A tiny model that solves the embedded problems of ScaleQuest step by step.',
    },
  };
}

/**
 * The embedded model: solves the project's own problems in the shape of MATH and of GSM8K. One thread, from scratch, no
 * data from elsewhere.
 */
export const nanoSolver: GeneratedRecipe = {
  name: 'nano.solver',
  kind: 'sft',
  rows: 'generated',
  model: 'new',
  summary:
    "A tiny Llama model, trained from scratch on problems that ScaleQuest's own generators wrote, that solves such problems step by step and puts the answer in a box. It is what `scalequest eval` runs where no model is named, so that every part of the project can be seen at work with nothing to download.",
  steps: ownSteps,
  countRows: (steps) => Math.ceil(steps * batchSize * (1 + spareShare)),
  makeRows,
  makeConfig,
  limits: [
    'About 0 % on the real MATH and GSM8K: it knows the kinds of problem it was trained on and nothing else.',
    'It cannot hold a conversation, and it does not know when it is wrong.',
    'Numbers beyond those of its training make it err.',
  ],
};

/** The same in a minute: a model that is too small to solve anything, to see that all parts work together. */
export const nanoSolverSmoke: GeneratedRecipe = {
  ...nanoSolver,
  name: 'nano.solver-smoke',
  summary: `A check of the training, not a model to use: ${nanoSolver.name} with a fraction of its size and steps.`,
  steps: 60,
  makeConfig: (input) => ({
    ...makeConfig(input),
    tokenizer: { ...tokenizer, vocabSize: 512 },
    model: { ...model, hiddenSize: 64, layers: 2, heads: 2, feedForwardSize: 128 },
    logEverySteps: 5,
  }),
  limits: ['It solves nothing.'],
};
