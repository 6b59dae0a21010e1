import { diffIdentities } from '@scalequest/runs';
import { LoopError } from '../errors.ts';
import {
  type ComparedArms,
  compareArms,
  comparePairs,
  type Estimate,
  estimateAccuracy,
  estimateOverSeeds,
} from './estimate.ts';
import {
  type EvaluationFigures,
  type FunnelStage,
  type QuestionFigures,
  readEvaluation,
  readFunnel,
  readQuestions,
  readTaught,
} from './figures.ts';
import {
  type AskedChange,
  type AskedMeasure,
  type AskedQuestions,
  askedMeasures,
  type FilterChange,
  type Funnel,
  type LoopReport,
  type StepsAccuracy,
} from './report-data.ts';
import { type LoopSummary, listArms, type SummaryStep } from './summary.ts';
import { titleArm, titleGenerator } from './titles.ts';

export interface MakeReportInput {
  /** Of one recipe with the same settings, a seed each. */
  readonly summaries: readonly LoopSummary[];
  /** The commit at which the settings were settled. @defaultValue not said */
  readonly settledAt?: string | null;
  /** On what the loops ran. @defaultValue not said */
  readonly machine?: string | null;
}

/** The arm that all are compared with, and the one that has every part. */
const [baseline, whole] = ['seeds-only', 'full'];

/**
 * The report of a loop's seeds. Nothing in it comes from anything but the summaries and what is given: the same give the same.
 *
 * @throws LoopError `SUMMARIES_DIFFER`, `SUMMARY_DAMAGED`
 */
export function makeReport({ summaries, settledAt = null, machine = null }: MakeReportInput): LoopReport {
  const ordered = [...summaries].sort((a, b) => a.seed - b.seed);
  const first = requireAlike(ordered);
  const arms = listArms(first);
  const evaluations = new Map(
    arms.map((arm) => [arm, ordered.map((summary) => readEvaluation(findStep(summary, `evaluate-${arm}`)))]),
  );
  const problems = requireSameProblems(evaluations);
  const letters = new Map([...evaluations].map(([arm, all]) => [arm, all.map((one) => one.letters)]));
  const others = (arm: string): readonly string[] => (arms.includes(arm) ? arms.filter((one) => one !== arm) : []);
  const { questions, askedChanges } = describeQuestions(ordered);
  const { funnels, filterChanges } = describeFunnels(ordered);
  const { settings } = first;
  const figures = roundAll({
    ...{ loop: first.loop, description: first.description, settledAt, machine },
    seeds: ordered.map(({ seed }) => seed),
    ...{ settingsSha256: first.settingsSha256, problems, trainingSteps: listTrainingSteps(ordered, arms) },
    arms: arms.map((arm) => ({
      ...{ arm, title: titleArm(arm), accuracy: estimateAccuracy(letters.get(arm) ?? []) },
      notJudged: (letters.get(arm) ?? []).map((own) => own.replace(/[^ue]/g, '').length),
      taught: ordered.flatMap((summary) => {
        const entry = summary.steps.find(({ step }) => step === `rows-${arm}`);
        return entry === undefined ? [] : [readTaught(entry)];
      }),
    })),
    againstSeeds: compareArms(
      others(baseline).map((arm): ComparedArms => ({ arm, against: baseline })),
      letters,
    ),
    againstFull: compareArms(
      others(whole)
        .filter((against) => against !== baseline)
        .map((against): ComparedArms => ({ arm: whole, against })),
      letters,
    ),
    bySteps: describeSteps(evaluations),
    scaling: listScaling(arms),
    ...{ questions, askedChanges, funnels, filterChanges },
  });
  return {
    ...{ format: 1, ...figures, settings },
    sources: first.steps.map(({ step }) => ({
      step,
      kind: settings.steps[step]?.kind ?? '',
      runs: ordered.map((summary) => ({
        seed: summary.seed,
        run: findStep(summary, step).run,
        ...(summary.trace[step] ?? { folder: '', journals: {} }),
      })),
    })),
  };
}

function requireAlike(summaries: readonly LoopSummary[]): LoopSummary {
  const [first, ...others] = summaries;
  if (first === undefined) throw differ('There is no summary to make a report of.', 'Give the folders of loops.');
  others.forEach((other, i) => {
    if (other.seed === summaries[i]?.seed)
      throw differ(`Two of the summaries are of seed ${other.seed}.`, 'Give each seed once.');
    const differences = diffIdentities({ there: { ...first.settings }, asked: { ...other.settings } });
    if (differences.length === 0) return;
    const list = differences
      .slice(0, 5)
      .map(({ path, there, asked }) => `${path} is ${there ?? 'not there'} and ${asked ?? 'not there'}`);
    const more = differences.length > 5 ? `; and ${differences.length - 5} more` : '';
    throw differ(
      `Seeds ${first.seed} and ${other.seed} are not of one recipe with the same settings: ${list.join('; ')}${more}.`,
      'Run the seeds anew with one version and the same options, or make a report of each.',
    );
  });
  return first;
}

function requireSameProblems(evaluations: ReadonlyMap<string, readonly EvaluationFigures[]>): number {
  const counts = new Set([...evaluations.values()].flat().map(({ problems }) => problems));
  const [problems] = counts;
  if (problems === undefined) throw differ('No arm was evaluated.', 'Give loops of a recipe with arms.');
  if (counts.size > 1)
    throw differ(
      `Arms were judged on ${[...counts].join(', ')} problems.`,
      'They cannot be paired: evaluate all on the same.',
    );
  return problems;
}

function differ(why: string, next: string): LoopError {
  return new LoopError({
    ...{ code: 'SUMMARIES_DIFFER', kind: 'request', what: 'No report can be made of these loops.', why, next },
    fields: {},
  });
}

function findStep({ steps }: LoopSummary, name: string): SummaryStep {
  const entry = steps.find(({ step }) => step === name);
  if (entry === undefined) throw new Error(`Step '${name}' is not in the summary.`);
  return entry;
}

/** Arms that were trained for longer than others could be better by that alone. */
function listTrainingSteps(summaries: readonly LoopSummary[], arms: readonly string[]): readonly number[] {
  const students = new Set(arms.map((arm) => `student-${arm}`));
  const steps = summaries.flatMap((summary) =>
    summary.steps.flatMap(({ step, figures }) =>
      students.has(step) && typeof figures.steps === 'number' ? [figures.steps] : [],
    ),
  );
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** Full sizes last, behind the smaller ones of the same rows. Empty where there is one size alone. */
function listScaling(arms: readonly string[]): readonly string[] {
  const size = (arm: string): number => Number(arm.slice(whole.length + 1));
  const smaller = arms.filter((arm) => /^full-\d+$/.test(arm)).sort((a, b) => size(a) - size(b));
  return smaller.length === 0 || !arms.includes(whole) ? [] : [...smaller, whole];
}

function describeSteps(evaluations: ReadonlyMap<string, readonly EvaluationFigures[]>): readonly StepsAccuracy[] {
  const all = [...evaluations.values()].flat();
  const steps = [...new Set(all.flatMap(({ bySteps }) => Object.keys(bySteps)))].sort((a, b) => Number(a) - Number(b));
  return steps.map((step) => {
    const shares = (arm: string): readonly number[] =>
      (evaluations.get(arm) ?? []).map(
        ({ bySteps }) => divide(bySteps[step]?.correct ?? 0, bySteps[step]?.problems ?? 0) ?? 0,
      );
    const hasBaseline = evaluations.has(baseline);
    const compared = [...evaluations.keys()].filter((arm) => hasBaseline && arm !== baseline);
    const differences = comparePairs(
      compared.map((arm) => ({ name: { arm }, before: shares(baseline), after: shares(arm) })),
    );
    return {
      ...{ steps: step, problems: all[0]?.bySteps[step]?.problems ?? 0 },
      arms: [...evaluations.keys()].map((arm) => {
        const found = differences.find((one) => one.arm === arm);
        const { arm: _, ...difference } = found ?? { arm };
        const accuracy = clip(estimateOverSeeds(shares(arm)));
        return { arm, accuracy, difference: found === undefined ? null : (difference as Omit<typeof found, 'arm'>) };
      }),
    };
  });
}

/** From which generator to which a training leads, and the control beside what it controls. */
const trainings: readonly (readonly [from: string, to: string])[] = [
  ['before', 'qft'],
  ['qft', 'qpo'],
  ['qft', 'sft-chosen'],
  ['sft-chosen', 'qpo'],
];

function describeQuestions(summaries: readonly LoopSummary[]): {
  readonly questions: readonly AskedQuestions[];
  readonly askedChanges: readonly AskedChange[];
} {
  const shares = new Map<string, Record<AskedMeasure, readonly number[] | null>>();
  const asked = new Map<string, readonly number[]>();
  const questions = listNamed(summaries, 'questions-').map((generator) => {
    const bySeed = summaries.map((summary) => readQuestions(findStep(summary, `questions-${generator}`)));
    const measured = Object.fromEntries(
      askedMeasures.map((measure) => [
        measure,
        // A seed question is one by heart: that says nothing.
        generator === 'seeds' && measure === 'byHeart'
          ? null
          : whereAll(bySeed.map((one) => measureQuestions(one, measure))),
      ]),
    ) as Record<AskedMeasure, readonly number[] | null>;
    shares.set(generator, measured);
    asked.set(
      generator,
      bySeed.map((one) => one.questions),
    );
    const measures = Object.fromEntries(
      askedMeasures.map((measure) => [measure, estimateShare(measured[measure], measure === 'meanSteps')]),
    ) as Record<AskedMeasure, Estimate | null>;
    return { generator, title: titleGenerator(generator), bySeed, measures };
  });
  const pairs = trainings.flatMap(([from, to]) =>
    askedMeasures.flatMap((measure) => {
      const before = shares.get(from)?.[measure];
      const after = shares.get(to)?.[measure];
      if (before == null || after == null) return [];
      if (measure === 'distinct' && !isAlike(asked.get(from), asked.get(to))) return [];
      return [{ name: { from, to, measure }, before, after }];
    }),
  );
  return { questions, askedChanges: comparePairs(pairs) };
}

/** The more is asked, the more is asked again. */
function isAlike(counts: readonly number[] = [], others: readonly number[] = []): boolean {
  return counts.every((count, s) => {
    const ratio = count / (others[s] ?? 0);
    return ratio >= 0.8 && ratio <= 1.25;
  });
}

function measureQuestions(
  { questions, valid, distinct, byHeart, bySteps }: QuestionFigures,
  measure: AskedMeasure,
): number | null {
  if (measure !== 'meanSteps') return divide({ valid, distinct, byHeart }[measure], questions);
  const counts = Object.entries(bySteps);
  const all = counts.reduce((sum, [, rows]) => sum + rows, 0);
  return divide(
    counts.reduce((sum, [steps, rows]) => sum + Number(steps) * rows, 0),
    all,
  );
}

function describeFunnels(summaries: readonly LoopSummary[]): {
  readonly funnels: readonly Funnel[];
  readonly filterChanges: readonly FilterChange[];
} {
  const pairs: Parameters<
    typeof comparePairs<Pick<FilterChange, 'generator' | 'measure' | 'from' | 'to'>>
  >[0][number][] = [];
  const funnels = listNamed(summaries, 'funnel-').map((generator) => {
    const bySeed = summaries.map((summary) => readFunnel(findStep(summary, `funnel-${generator}`)));
    const names = (bySeed[0] ?? []).map(({ stage }) => stage);
    const stages = names.map((stage) => {
      const counts = bySeed.map((own) => own.find((one) => one.stage === stage) ?? noRows(stage));
      const valid = whereAll(counts.map((one) => divide(one.valid, one.rows)));
      const right = whereAll(counts.map((one) => divide(one.right, one.answers)));
      return { stage, bySeed: counts, valid, right };
    });
    for (const measure of ['valid', 'right'] as const) {
      const known = stages.filter((one) => one[measure] !== null);
      const [from, to] = [known[0], known.at(-1)];
      const [before, after] = [from?.[measure], to?.[measure]];
      if (from === undefined || to === undefined || from === to || before == null || after == null) continue;
      pairs.push({ name: { generator, measure, from: from.stage, to: to.stage }, before, after });
    }
    return {
      ...{ generator, title: titleGenerator(generator) },
      stages: stages.map((one) => ({ ...one, valid: estimateShare(one.valid), right: estimateShare(one.right) })),
    };
  });
  return { funnels, filterChanges: comparePairs(pairs) };
}

const noRows = (stage: string): FunnelStage => ({ stage, rows: 0, valid: 0, answers: 0, right: 0 });

function listNamed(summaries: readonly LoopSummary[], prefix: string): readonly string[] {
  return (summaries[0]?.steps ?? []).flatMap(({ step }) =>
    step.startsWith(prefix) ? [step.slice(prefix.length)] : [],
  );
}

function divide(part: number, of: number): number | null {
  return of === 0 ? null : part / of;
}

/** Null where a seed has none: a mean over the others would be of other seeds. */
function whereAll(values: readonly (number | null)[]): readonly number[] | null {
  return values.every((value) => value !== null) ? (values as readonly number[]) : null;
}

function estimateShare(bySeed: readonly number[] | null, isAmount = false): Estimate | null {
  if (bySeed === null) return null;
  return isAmount ? estimateOverSeeds(bySeed) : clip(estimateOverSeeds(bySeed));
}

/** The interval of a share does not leave 0 to 1. */
function clip(estimate: Estimate): Estimate {
  const { low, high } = estimate;
  return { ...estimate, low: low === null ? null : Math.max(0, low), high: high === null ? null : Math.min(1, high) };
}

/** What rests on roots and logarithms, whose last digits another machine may have otherwise, to a millionth. */
function roundAll<Value>(value: Value): Value {
  if (typeof value === 'number') return (Math.round(value * 1e6) / 1e6 + 0) as Value;
  if (Array.isArray(value)) return value.map(roundAll) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, roundAll(own)])) as Value;
}
