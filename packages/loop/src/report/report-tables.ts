import type { ArmDifference } from './estimate.ts';
import {
  describeFinding,
  formatCount,
  formatEnds,
  formatEstimate,
  formatMeanCount,
  formatP,
  formatPoints,
  formatShare,
  formatSigned,
  none,
} from './format.ts';
import { type ArmFigures, type AskedMeasure, askedMeasures, type LoopReport } from './report-data.ts';
import { measureTitles, titleArm, titleGenerator } from './titles.ts';

/** A table as both forms of the report show it. */
export interface ReportTable {
  /** Names it on the page. */
  readonly id: string;
  readonly caption: string;
  /** The first is the heading of its row. */
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
}

export interface ReportRow {
  readonly cells: readonly string[];
  /** The steps whose runs the numbers come from. */
  readonly from: readonly string[];
}

const interval = '95 % interval';
const overBoth = 'over seeds and problems';

export function listArmsTable(report: LoopReport): ReportTable {
  return {
    id: 'arms-table',
    caption: `Accuracy on ${formatCount(report.problems)} held-out problems, %, mean of the seeds with ${interval} ${overBoth}`,
    columns: ['Arm', 'Rows it learned from', 'Accuracy', ...report.seeds.map((seed) => `Seed ${seed}`)],
    rows: report.arms.map(({ arm, title, accuracy, taught }) => ({
      cells: [
        title,
        formatMeanCount(taught.map(({ rows }) => rows)),
        formatEstimate(accuracy),
        ...accuracy.bySeed.map(formatShare),
      ],
      from: [`evaluate-${arm}`, ...fromRows(report, arm)],
    })),
  };
}

/** The two tables of differences, by the arm that each row is about. */
export function listDifferenceTables(report: LoopReport): readonly ReportTable[] {
  const columns = [
    'Difference',
    'Over seeds and problems',
    't over seeds',
    'Both resampled',
    'p, Holm',
    'McNemar by seed: gained, lost (p)',
    'Finding',
  ];
  const tables: readonly (readonly [string, string, readonly ArmDifference[]])[] = [
    ['against-seeds-table', 'Each arm less seed questions alone', report.againstSeeds],
    ['against-full-table', 'The whole pipeline less each other arm', report.againstFull],
  ];
  return tables.flatMap(([id, caption, differences]) =>
    differences.length === 0
      ? []
      : [
          {
            id,
            caption: `${caption}: points of accuracy, ${interval}s`,
            columns,
            rows: differences.map(listDifference),
          },
        ],
  );
}

function listDifference(difference: ArmDifference): ReportRow {
  const { arm, against, overSeeds, resampled, holmPValue, mcNemar } = difference;
  return {
    cells: [
      `${titleArm(arm)} − ${lowerFirst(titleArm(against))}`,
      formatEstimate(difference, formatPoints),
      formatEnds(overSeeds, formatPoints).trim() || none,
      formatEnds(resampled, formatPoints).trim() || none,
      formatP(holmPValue),
      mcNemar.map(({ gained, lost, pValue }) => `${gained}, ${lost} (${formatP(pValue)})`).join('; '),
      describeFinding(difference),
    ],
    from: [`evaluate-${arm}`, `evaluate-${against}`],
  };
}

export function listScalingTable(report: LoopReport): ReportTable | undefined {
  if (report.scaling.length === 0) return undefined;
  const beside = ['seeds-only', 'gold'].filter((arm) => report.arms.some((one) => one.arm === arm));
  return {
    id: 'scaling-table',
    caption: `Accuracy by the number of rows that were learned from, %, ${interval}s ${overBoth}`,
    columns: ['Arm', 'Rows, mean of the seeds', 'Accuracy'],
    rows: [...report.scaling, ...beside].map((arm) => {
      const { title, accuracy, taught } = findArm(report, arm);
      return {
        cells: [title, formatMeanCount(taught.map(({ rows }) => rows)), formatEstimate(accuracy)],
        from: [`evaluate-${arm}`, ...fromRows(report, arm)],
      };
    }),
  };
}

export function listStepsTables({ bySteps }: LoopReport): readonly ReportTable[] {
  return bySteps.map(({ steps, problems, arms }) => ({
    id: `steps-${steps}-table`,
    caption: `Problems of ${countSteps(steps)} (${formatCount(problems)}): accuracy, %, and points less seed questions alone, ${interval}s over seeds, for these problems alone`,
    columns: ['Arm', 'Accuracy', 'Less seed questions', 'p, Holm', 'Finding'],
    rows: arms.map(({ arm, accuracy, difference }) => ({
      cells: [
        titleArm(arm),
        formatEstimate(accuracy),
        formatEstimate(difference, formatPoints),
        formatP(difference?.holmPValue ?? null),
        difference === null ? none : describeFinding(difference),
      ],
      from: [`evaluate-${arm}`, ...(difference === null ? [] : ['evaluate-seeds-only'])],
    })),
  }));
}

export function listTaughtTable(report: LoopReport): ReportTable | undefined {
  const known = report.arms.filter(({ taught }) => taught.length > 0);
  if (known.length === 0) return undefined;
  const mean = (arm: ArmFigures, pick: (one: ArmFigures['taught'][number]) => number | undefined): string => {
    const values = arm.taught.map(pick);
    return values.every((value) => value !== undefined) ? formatMeanCount(values as number[]) : none;
  };
  return {
    id: 'taught-table',
    caption: 'What each arm learned from: means of the seeds, shares of all rows by the oracle',
    columns: ['Arm', 'Rows', 'Left out as held-out problems', 'Valid questions, %', 'Right answers, %'],
    rows: known.map((arm) => ({
      cells: [
        arm.title,
        mean(arm, ({ rows }) => rows),
        mean(arm, ({ heldOut }) => heldOut),
        shareTaught(arm, 'valid') ?? none,
        shareTaught(arm, 'right') ?? none,
      ],
      from: [`rows-${arm.arm}`],
    })),
  };
}

/** Of the rows of all seeds, in %; undefined where nobody counted. */
export function shareTaught({ taught }: ArmFigures, part: 'valid' | 'right'): string | undefined {
  const counts = taught.map((one) => one[part]);
  const rows = taught.reduce((sum, one) => sum + one.rows, 0);
  if (rows === 0 || counts.some((one) => one === undefined)) return undefined;
  return formatShare((counts as number[]).reduce((sum, one) => sum + one, 0) / rows);
}

export function listFunnelTables({ funnels }: LoopReport): readonly ReportTable[] {
  return funnels.map(({ generator, title, stages }) => ({
    id: `funnel-${generator}-table`,
    caption: `${title}: what each stage kept, mean of the seeds, and what the oracle says of it, %, ${interval}s over seeds`,
    columns: ['Stage', 'Rows', 'Valid questions', 'Right answers'],
    rows: stages.map(({ stage, bySeed, valid, right }) => ({
      cells: [stage, formatMeanCount(bySeed.map(({ rows }) => rows)), formatEstimate(valid), formatEstimate(right)],
      from: [`funnel-${generator}`],
    })),
  }));
}

export function listFilterTable({ filterChanges }: LoopReport): ReportTable | undefined {
  if (filterChanges.length === 0) return undefined;
  return {
    id: 'filters-table',
    caption: `What the filters change, in points, ${interval}s over seeds`,
    columns: ['Questions', 'Share', 'Between', 'Change', 'p, Holm', 'Finding'],
    rows: filterChanges.map((change) => ({
      cells: [
        titleGenerator(change.generator),
        change.measure === 'valid' ? 'Valid questions' : 'Right answers',
        `${change.from} → ${change.to}`,
        formatEstimate(change, formatPoints),
        formatP(change.holmPValue),
        describeFinding(change),
      ],
      from: [`funnel-${change.generator}`],
    })),
  };
}

export function listAskedTable({ questions }: LoopReport): ReportTable | undefined {
  if (questions.length === 0) return undefined;
  return {
    id: 'asked-table',
    caption: `Questions as they were asked, by the oracle: shares in %, ${interval}s over seeds`,
    columns: [
      'Generator',
      'Questions',
      ...askedMeasures.map((measure) => measureTitles[measure]),
      'What is wrong with the others',
    ],
    rows: questions.map(({ generator, title, bySeed, measures }) => ({
      cells: [
        title,
        formatMeanCount(bySeed.map((one) => one.questions)),
        ...askedMeasures.map((measure) => formatEstimate(measures[measure], formatMeasure(measure))),
        describeFaults(bySeed.map(({ faults }) => faults)),
      ],
      from: [`questions-${generator}`],
    })),
  };
}

export function listAskedChangesTable({ askedChanges }: LoopReport): ReportTable | undefined {
  if (askedChanges.length === 0) return undefined;
  return {
    id: 'asked-changes-table',
    caption: `What QFT, QPO and its control change: shares in points, steps in steps, ${interval}s over seeds`,
    columns: ['Measure', 'Before', 'After', 'Change', 'p, Holm', 'Finding'],
    rows: askedChanges.map((change) => ({
      cells: [
        measureTitles[change.measure],
        titleGenerator(change.from),
        titleGenerator(change.to),
        formatEstimate(change, formatChange(change.measure)),
        formatP(change.holmPValue),
        describeFinding(change),
      ],
      from: [`questions-${change.from}`, `questions-${change.to}`],
    })),
  };
}

export function listDifficultyTable({ questions }: LoopReport): ReportTable | undefined {
  const steps = listDifficulties(questions);
  if (steps.length === 0) return undefined;
  return {
    id: 'difficulty-table',
    caption: 'Valid questions by the number of steps that their answer takes, % of them, all seeds together',
    columns: ['Generator', ...steps.map(countSteps)],
    rows: questions.map(({ generator, title, bySeed }) => ({
      cells: [
        title,
        ...steps.map((step) => {
          const share = shareOfSteps(bySeed, step);
          return share === null ? none : formatShare(share);
        }),
      ],
      from: [`questions-${generator}`],
    })),
  };
}

/** All numbers of steps that any generator's questions take. */
export function listDifficulties(questions: LoopReport['questions']): readonly string[] {
  const steps = questions.flatMap(({ bySeed }) => bySeed.flatMap(({ bySteps }) => Object.keys(bySteps)));
  return [...new Set(steps)].sort((a, b) => Number(a) - Number(b));
}

export function shareOfSteps(bySeed: LoopReport['questions'][number]['bySeed'], step: string): number | null {
  const all = bySeed.reduce(
    (sum, { bySteps }) => sum + Object.values(bySteps).reduce((own, count) => own + count, 0),
    0,
  );
  return all === 0 ? null : bySeed.reduce((sum, { bySteps }) => sum + (bySteps[step] ?? 0), 0) / all;
}

function describeFaults(bySeed: readonly Readonly<Record<string, number>>[]): string {
  const sums = new Map<string, number>();
  for (const faults of bySeed)
    for (const [fault, count] of Object.entries(faults)) sums.set(fault, (sums.get(fault) ?? 0) + count);
  const listed = [...sums].filter(([, count]) => count > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return listed.map(([fault, count]) => `${fault} ${formatMeanCount([count / bySeed.length])}`).join(', ') || none;
}

export function formatMeasure(measure: AskedMeasure): (value: number) => string {
  return measure === 'meanSteps' ? (value) => value.toFixed(2) : formatShare;
}

export function formatChange(measure: AskedMeasure): (value: number) => string {
  return measure === 'meanSteps' ? (value) => formatSigned(value, 2) : formatPoints;
}

export function findArm({ arms }: LoopReport, name: string): ArmFigures {
  const found = arms.find(({ arm }) => arm === name);
  if (found === undefined) throw new Error(`'${name}' is no arm of the report.`);
  return found;
}

export function countSteps(steps: string): string {
  return `${steps} ${steps === '1' ? 'step' : 'steps'}`;
}

export function lowerFirst(text: string): string {
  // A name such as `QFT` stays.
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

function fromRows({ sources }: LoopReport, arm: string): readonly string[] {
  return sources.some(({ step }) => step === `rows-${arm}`) ? [`rows-${arm}`] : [];
}
