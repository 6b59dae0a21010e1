import type { PairedEstimate } from './estimate.ts';
import { describeFinding, formatCount, formatEnds, formatPoints } from './format.ts';
import type { AskedMeasure, LoopReport } from './report-data.ts';
import { formatChange, lowerFirst } from './report-tables.ts';
import { measureTitles, titleArm, titleGenerator } from './titles.ts';

/** A sentence that a rule wrote, and the steps whose runs its numbers come from. */
export interface FindingLine {
  readonly text: string;
  readonly from: readonly string[];
}

/** Fewer than these, and the report says so before all else. */
const [fewestSeeds, fewestProblems] = [5, 1000];

/** What a reader must know before any number. */
export function listWarnings({ seeds, problems, arms, settledAt }: LoopReport): readonly string[] {
  const has = (name: string): boolean => arms.some(({ arm }) => arm === name);
  const lines: string[] = [];
  if (seeds.length === 1) lines.push('One seed alone: no number here has an interval, and none shows anything.');
  else if (seeds.length < fewestSeeds)
    lines.push(
      `Only ${seeds.length} seeds: fewer than the ${fewestSeeds} that a finding asks for. Its intervals are wide, and rest on little.`,
    );
  if (problems < fewestProblems)
    lines.push(
      `Only ${formatCount(problems)} held-out problems: fewer than the ${formatCount(fewestProblems)} that a finding asks for.`,
    );
  if (!has('seeds-only')) lines.push('There is no arm of seed questions alone: nothing says what synthesis adds.');
  if (!has('full')) lines.push('There is no arm with the whole pipeline: its parts are compared with nothing.');
  if (settledAt === null) lines.push('Nobody said at which commit the settings were settled before the seeds ran.');
  return lines;
}

/** The result in words, each line by the same rule from its interval: above zero, below zero, or not shown. */
export function listFindings(report: LoopReport): readonly FindingLine[] {
  const { againstSeeds, againstFull, filterChanges, askedChanges } = report;
  const lines: FindingLine[] = [];
  const say = (
    lead: string,
    change: PairedEstimate,
    format: (value: number) => string,
    unit: string,
    from: readonly string[],
  ): void => void lines.push({ text: `${lead}: ${describeChange(change, format, unit)}`, from });
  const gain = againstSeeds.find(({ arm }) => arm === 'full');
  if (gain !== undefined)
    say('The whole pipeline, less seed questions alone', gain, formatPoints, ' points of accuracy', [
      'evaluate-full',
      'evaluate-seeds-only',
    ]);
  const bound = againstSeeds.find(({ arm }) => arm === 'gold');
  if (bound !== undefined) {
    say('Gold answers (the upper bound), less seed questions alone', bound, formatPoints, ' points of accuracy', [
      'evaluate-gold',
      'evaluate-seeds-only',
    ]);
    if (bound.finding === 'not shown' || bound.finding === 'below zero')
      lines.push({
        text: 'Not even right answers to the synthesised questions are shown to help: at these sizes the student is not short of such rows.',
        from: ['evaluate-gold', 'evaluate-seeds-only'],
      });
  }
  for (const difference of againstFull) {
    const { against } = difference;
    if (against === 'seeds-only' || report.scaling.includes(against)) continue;
    say(`The whole pipeline, less ${quote(against)}`, difference, formatPoints, ' points of accuracy', [
      'evaluate-full',
      `evaluate-${against}`,
    ]);
  }
  for (const change of filterChanges) {
    const what = change.measure === 'valid' ? 'valid questions' : 'right answers';
    say(
      `Filters, ${lowerFirst(titleGenerator(change.generator))}: the share of ${what} from ${change.from} to ${change.to}`,
      change,
      formatPoints,
      ' points',
      [`funnel-${change.generator}`],
    );
  }
  for (const change of askedChanges) {
    if (!shown.includes(change.measure)) continue;
    const unit = change.measure === 'meanSteps' ? '' : ' points';
    say(
      `${titleTraining(change)}: ${lowerFirst(measureTitles[change.measure])}`,
      ...([
        change,
        formatChange(change.measure),
        unit,
        [`questions-${change.from}`, `questions-${change.to}`],
      ] as const),
    );
  }
  return lines;
}

/** Validity and difficulty are what QFT and QPO are for; the table has the others. */
const shown: readonly AskedMeasure[] = ['valid', 'meanSteps'];

function titleTraining({ from, to }: { readonly from: string; readonly to: string }): string {
  if (from === 'before') return 'QFT';
  if (from === 'sft-chosen') return 'QPO, less its control';
  return to === 'qpo' ? 'QPO' : 'Its control, SFT on the chosen questions';
}

/** `+3.2 [1.0, 5.4] points: above zero.` */
export function describeChange(change: PairedEstimate, format: (value: number) => string, unit: string): string {
  return `${format(change.mean)}${formatEnds(change, format)}${unit}: ${describeFinding(change)}.`;
}

function quote(arm: string): string {
  return `“${titleArm(arm)}”`;
}
