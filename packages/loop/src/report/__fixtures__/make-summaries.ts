import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, digest, sha256Hex } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { findProtocol, findTask, nameResult, type ResultFile, resolveProtocol, resultSchema } from '@scalequest/eval';
import type { Fields } from '../../engine/step.ts';
import { type LoopSummary, renderResult, type StepSettings, type SummaryStep } from '../summary.ts';

export interface MakeSummariesOptions {
  readonly seeds?: readonly number[];
  /** Its accuracy over all seeds and problems, and the rows that it learned from. */
  readonly arms?: Readonly<
    Record<string, { readonly accuracy: number; readonly rows: number; readonly right?: number }>
  >;
  /** How far a seed moves an accuracy, at most. */
  readonly seedSpread?: number;
  /** How far a problem does. */
  readonly problemSpread?: number;
  /** What the oracle would say: valid share and mean steps by generator; none leaves these steps out. */
  readonly asked?: Readonly<
    Record<string, { readonly valid: number; readonly hard: number; readonly questions?: number }>
  >;
  /** With rows of the leaderboard. */
  readonly results?: boolean;
  readonly description?: string;
}

const allArms: NonNullable<MakeSummariesOptions['arms']> = {
  full: { accuracy: 0.46, rows: 2417, right: 0.95 },
  'seeds-only': { accuracy: 0.38, rows: 640, right: 0.97 },
  'no-qpo': { accuracy: 0.43, rows: 2210, right: 0.95 },
  'sft-chosen-arm': { accuracy: 0.44, rows: 2390, right: 0.95 },
  // The control that is worse than no synthesis.
  'no-filter': { accuracy: 0.31, rows: 2950, right: 0.72 },
  'agreement-only': { accuracy: 0.44, rows: 2502, right: 0.92 },
  gold: { accuracy: 0.52, rows: 2533, right: 1 },
  'full-300': { accuracy: 0.33, rows: 243, right: 0.95 },
  'full-1000': { accuracy: 0.4, rows: 803, right: 0.95 },
};

const allAsked: NonNullable<MakeSummariesOptions['asked']> = {
  // As the solver does that never learnt to ask.
  before: { valid: 0, hard: 0 },
  seeds: { valid: 1, hard: 0.4 },
  qft: { valid: 0.74, hard: 0.36 },
  qpo: { valid: 0.86, hard: 0.55 },
  'sft-chosen': { valid: 0.79, hard: 0.47 },
};

export const heldOutProblems = 1000;

/** Summaries of a loop whose truth is known: made-up runs with sound run ids, letters drawn from the accuracies given. */
export async function makeSummaries(options: MakeSummariesOptions = {}): Promise<readonly LoopSummary[]> {
  const { seeds = [11, 12, 13, 14, 15] } = options;
  const frame = options.results === false ? undefined : await makeFrame();
  return seeds.map((seed) => makeSummary(seed, { ...options, frame }));
}

/** Writes summaries as files into a folder, which is made; gives their paths. */
export function writeSummaries(folder: string, summaries: readonly LoopSummary[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return summaries.map((summary) => {
    const path = join(folder, `${summary.seed}.json`);
    writeFileSync(path, JSON.stringify(summary));
    return path;
  });
}

type Frame = Omit<ResultFile, 'model' | 'correct' | 'accuracy' | 'outcomes'>;

async function makeFrame(): Promise<Frame> {
  const task = findTask('word-problems');
  const { problems, rowsSha256 } = await loadBenchmark(task.benchmark, { cacheDir: '' });
  const { protocol, label, sha256 } = resolveProtocol(findProtocol(task.protocol), { benchmark: 'word-problems' });
  return {
    ...{ format: 1, benchmark: 'word-problems', replies: 'asked', goldFixes: [], rowsSha256 },
    protocol: { label, sha256, text: { ...protocol } },
    ...{ problems: problems.length, benchmarkProblems: problems.length, epochs: 1, grader: 'ours@3' },
    idsSha256: sha256Hex(problems.map(({ id }) => `${id}\n`).join('')),
    ...{ marks: [], tokens: null, cost: null },
  };
}

interface MakeSummaryOptions extends MakeSummariesOptions {
  readonly frame: Frame | undefined;
}

function makeSummary(seed: number, options: MakeSummaryOptions): LoopSummary {
  const { arms = allArms, asked = allAsked, description = 'Made up for a test.', frame } = options;
  const builder = createBuilder(seed);
  builder.add({ step: 'seeds', kind: 'rows', figures: { rows: 1000 }, settings: { count: 1000 } });
  builder.add({
    step: 'qft',
    kind: 'train',
    after: ['seeds'],
    figures: { rows: 1000, steps: 1000, loss: 0.5 + seed / 1000 },
  });
  builder.add({ step: 'qpo', kind: 'train', after: ['qft'], figures: { rows: 1600, steps: 25, loss: 1.3 } });
  for (const [generator, share] of Object.entries(asked)) {
    const random = createRandom(`asked/${generator}/${seed}`);
    const { questions = 2000 } = share;
    const valid = drawCount(questions, share.valid, random);
    const hard = drawCount(valid, share.hard, random);
    const [one, four] = [Math.round((valid - hard) * 0.6), Math.round(hard * 0.4)];
    const bySteps: Record<string, number> =
      valid === 0 ? {} : { '1': one, '2': valid - hard - one, '3': hard - four, '4': four };
    const faults = {
      malformed: Math.round((questions - valid) * 0.7),
      'no-answer': Math.round((questions - valid) * 0.3),
    };
    const byHeart = generator === 'seeds' ? questions : Math.round(questions * 0.004);
    builder.add({
      ...{ step: `questions-${generator}`, kind: 'measure', after: generator === 'qpo' ? ['qpo'] : ['qft'] },
      figures: { questions, valid, distinct: Math.round(questions * 0.97), byHeart, bySteps, faults },
    });
    if (generator === 'before') continue;
    builder.add({
      ...{ step: `funnel-${generator}`, kind: 'measure', after: ['qft'] },
      figures: { stages: makeStages(share.valid, random) },
    });
  }
  const results: Record<string, ResultFile> = {};
  for (const [arm, { accuracy, rows, right = 0.9 }] of Object.entries(arms)) {
    const letters = drawLetters({ arm, accuracy, seed }, options);
    const own = letters.split('c').length - 1;
    const quarter = heldOutProblems / 4;
    const bySteps = Object.fromEntries(
      [1, 2, 3, 4].map((step) => {
        const part = letters.slice((step - 1) * quarter, step * quarter);
        return [`${step}`, { problems: quarter, correct: part.split('c').length - 1 }];
      }),
    );
    const taught = rows + (seed % 5) * 3;
    builder.add({
      ...{ step: `rows-${arm}`, kind: 'rows', after: ['qpo'] },
      figures: {
        rows: taught,
        heldOut: seed % 3,
        valid: Math.round(taught * 0.97),
        right: Math.round(taught * right),
        bySteps: { '1': 9 },
      },
    });
    builder.add({
      step: `student-${arm}`,
      kind: 'train',
      after: [`rows-${arm}`],
      figures: { rows: taught, steps: 600, loss: 0.1 },
    });
    builder.add({
      ...{ step: `evaluate-${arm}`, kind: 'evaluate', after: [`student-${arm}`] },
      figures: {
        ...{ accuracy: own / heldOutProblems, low: 0, high: 1, problems: heldOutProblems },
        outcomes: { correct: own, wrong: heldOutProblems - own },
        ...{ letters, bySteps },
      },
    });
    if (frame === undefined) continue;
    const result = resultSchema.parse({
      ...frame,
      ...{ model: `nano-loop-${arm}-seed-${seed}`, correct: own, accuracy: own / heldOutProblems },
      outcomes: { [frame.grader]: [letters] },
    });
    results[arm] = result;
    builder.add({
      ...{ step: `row-${arm}`, kind: 'leaderboard', after: [`evaluate-${arm}`], figures: { correct: own } },
      files: { result: { path: nameResult(result), sha256: sha256Hex(renderResult(result)) } },
    });
  }
  const { steps, settings, trace } = builder;
  const identity = { loop: 'nano', steps: settings };
  return {
    ...{ format: 1, loop: 'nano', description, seed, settings: identity, settingsSha256: digest(identity) },
    ...{ steps, results, trace },
  };
}

function makeStages(valid: number, random: ReturnType<typeof createRandom>): Fields[] {
  return ['generate', 'duplicates', 'respond', 'check', 'select'].map((stage, i) => {
    const rows = [3584, 3302, 3302, 3302, 2417][i] ?? 0;
    const sound = drawCount(rows, stage === 'select' ? 1 - (1 - valid) * 0.3 : valid, random);
    const answers = i < 2 ? 0 : stage === 'select' ? rows : rows * 4;
    return { stage, rows, valid: sound, answers, right: drawCount(answers, stage === 'select' ? 0.95 : 0.72, random) };
  });
}

/** A problem and a seed move the chance of every arm alike, and by a part each arm alone. */
function drawLetters(
  { arm, accuracy, seed }: { readonly arm: string; readonly accuracy: number; readonly seed: number },
  { seedSpread = 0.02, problemSpread = 0.25 }: MakeSummariesOptions,
): string {
  const ofProblem = createRandom('problems');
  const own = createRandom(`letters/${arm}/${seed}`);
  const shift = seedSpread * (2 * own.next() - 1);
  return Array.from({ length: heldOutProblems }, () => {
    const chance = accuracy + shift + problemSpread * (2 * ofProblem.next() - 1);
    return own.next() < chance ? 'c' : 'w';
  }).join('');
}

function drawCount(of: number, share: number, random: ReturnType<typeof createRandom>): number {
  const noise = Math.sqrt((share * (1 - share)) / Math.max(1, of)) * Math.sqrt(3) * (2 * random.next() - 1);
  return Math.min(of, Math.max(0, Math.round(of * (share + noise))));
}

interface AddStep {
  readonly step: string;
  readonly kind: string;
  readonly after?: readonly string[];
  readonly figures: Fields;
  readonly settings?: Fields;
  readonly files?: SummaryStep['files'];
}

/** Steps whose run ids rest on those before them, as the loop's own do. */
function createBuilder(seed: number): {
  readonly steps: SummaryStep[];
  readonly settings: Record<string, StepSettings>;
  readonly trace: Record<string, LoopSummary['trace'][string]>;
  readonly add: (step: AddStep) => void;
} {
  const steps: SummaryStep[] = [];
  const settings: Record<string, StepSettings> = {};
  const trace: Record<string, LoopSummary['trace'][string]> = {};
  const journals: Readonly<Record<string, readonly string[]>> = {
    train: ['events.jsonl', 'batches.jsonl'],
    evaluate: ['journal.jsonl', 'run.json'],
  };
  return {
    ...{ steps, settings, trace },
    add: ({ step, kind, after = [], figures, settings: own = {}, files }) => {
      const inputs = Object.fromEntries(after.map((name) => [name, steps.find((one) => one.step === name)?.run ?? '']));
      const made = { made: { path: 'made', sha256: sha256Hex(`${step}/${seed}`) } };
      const entry = { step, inputs, files: files ?? made, figures };
      steps.push({ ...entry, run: digest(entry) });
      settings[step] = { kind, version: 1, after, settings: own };
      trace[step] = {
        folder: `steps/${step}`,
        journals: Object.fromEntries(
          (journals[kind] ?? []).map((file) => [file, sha256Hex(`${step}/${seed}/${file}`)]),
        ),
      };
    },
  };
}
