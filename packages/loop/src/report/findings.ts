import type { ArmDifference, PairedEstimate } from './estimate.ts';
import { describeFinding, formatCount, formatEnds, formatEstimate, formatMeanCount, formatPoints } from './format.ts';
import type { ArmFigures, AskedMeasure, LoopReport } from './report-data.ts';
import { findArm, formatChange, formatMeasure, lowerFirst, shareTaught } from './report-tables.ts';
import { measureTitles, titleArm, titleGenerator } from './titles.ts';

type FindingGroup = 'Students' | 'Filters' | 'QFT and QPO';

/** A sentence that a rule wrote, and the steps whose runs its numbers come from. */
export interface FindingLine {
  readonly about: FindingGroup;
  readonly text: string;
  readonly from: readonly string[];
}

/** Fewer than these, and the report says so before all else. */
const [fewestSeeds, fewestProblems] = [5, 1000];

/** What a reader must know before any number. */
export function listWarnings({ seeds, problems, trainingSteps, arms, settledAt }: LoopReport): readonly string[] {
  const has = (name: string): boolean => arms.some(({ arm }) => arm === name);
  const lines: string[] = [];
  if (seeds.length === 1) lines.push('One seed alone: no number here has an interval, and none shows anything.');
  else if (seeds.length < fewestSeeds)
    lines.push(
      `Only ${seeds.length} seeds: fewer than the ${fewestSeeds} that a finding asks for. Its intervals are wide, and rest on little.`,
    );
  if (problems < fewestProblems)
    lines.push(
      `Only ${formatCount(problems)} held-out ${problems === 1 ? 'problem' : 'problems'}: fewer than the ${formatCount(fewestProblems)} that a finding asks for.`,
    );
  if (trainingSteps.length > 1)
    lines.push(
      `The students were not trained for as long: ${trainingSteps.map(formatCount).join(', ')} steps. A difference may come from that.`,
    );
  if (!has('seeds-only')) lines.push('There is no arm of seed questions alone: nothing says what synthesis adds.');
  if (!has('full')) lines.push('There is no arm with the whole pipeline: its parts are compared with nothing.');
  if (settledAt === null) lines.push('Nobody said at which commit the settings were settled before the seeds ran.');
  return lines;
}

/** Stands over the findings: what is in brackets. */
export const findingsNote =
  'Each line is written by a rule from its 95 % interval, which stands in brackets: of students over seeds and problems, of filters, QFT and QPO over seeds.';

/** The result in words, each line by the same rule from its interval: above zero, below zero, or not shown. */
export function listFindings(report: LoopReport): readonly FindingLine[] {
  return [...findGains(report), ...findParts(report), ...findFilters(report), ...findTrainings(report)];
}

/** In the order of the lines. */
export function groupFindings(
  lines: readonly FindingLine[],
): readonly (readonly [FindingGroup, readonly FindingLine[]])[] {
  const groups = [...new Set(lines.map(({ about }) => about))];
  return groups.map((group) => [group, lines.filter(({ about }) => about === group)]);
}

function findGains(report: LoopReport): readonly FindingLine[] {
  const { againstSeeds, againstFull, scaling } = report;
  const lines: FindingLine[] = [];
  const gain = againstSeeds.find(({ arm }) => arm === 'full');
  const bound = againstSeeds.find(({ arm }) => arm === 'gold');
  const fewest = againstFull.find(({ against }) => against === scaling[0]);
  if (gain !== undefined) lines.push(sayDifference('The whole pipeline, less seed questions alone', gain, report));
  // At fewer rows too: a gain may be of their number alone.
  for (const part of againstSeeds.filter(({ arm }) => arm !== 'full' && scaling.includes(arm)))
    lines.push(sayDifference(`${titleArm(part.arm)}, less seed questions alone`, part, report));
  if (fewest !== undefined)
    lines.push(sayDifference('All rows of the whole pipeline, less the fewest of them', fewest, report));
  if (bound === undefined) return lines;
  lines.push(sayDifference('Gold answers (the upper bound), less seed questions alone', bound, report));
  if (bound.finding === 'not shown' || bound.finding === 'below zero')
    lines.push({
      about: 'Students',
      text: 'Not even right answers to the synthesised questions are shown to help: nothing here shows that the student is short of such rows.',
      from: listEvaluations(bound),
    });
  return lines;
}

/** What each part is worth. */
function findParts(report: LoopReport): readonly FindingLine[] {
  const parts = report.againstFull.filter(({ against }) => !report.scaling.includes(against));
  return [
    ...parts.map((part) => sayDifference(`The whole pipeline, less “${titleArm(part.against)}”`, part, report)),
    ...parts.flatMap((part) => sayBound(part, report)),
  ];
}

/** Why the upper bound may be none. */
function sayBound({ arm, against, finding }: ArmDifference, report: LoopReport): readonly FindingLine[] {
  const whole = meanRows(findArm(report, arm));
  const bound = meanRows(findArm(report, against));
  if (against !== 'gold' || finding === 'below zero' || !(bound < whole)) return [];
  return [
    {
      about: 'Students',
      text: `Gold answers are not shown to be an upper bound: only a question that has an answer has a gold one, and so they are of fewer rows (${formatMeanCount([bound])}, not ${formatMeanCount([whole])}).`,
      from: ['rows-gold', `rows-${arm}`],
    },
  ];
}

/** NaN where nobody counted. */
function meanRows({ taught }: ArmFigures): number {
  return taught.reduce((sum, { rows }) => sum + rows, 0) / taught.length;
}

function findFilters({ filterChanges }: LoopReport): readonly FindingLine[] {
  return filterChanges.map((change) => {
    const { generator, measure, from, to } = change;
    const what = measure === 'valid' ? 'valid questions' : 'right answers';
    const lead = `Filters, ${lowerFirst(titleGenerator(generator))}: share of ${what} from ${from} to ${to}`;
    return {
      about: 'Filters',
      text: `${lead}: ${describeChange(change, formatPoints, ' points')}`,
      from: [`funnel-${generator}`],
    };
  });
}

function findTrainings(report: LoopReport): readonly FindingLine[] {
  const changes = report.askedChanges.filter(({ measure }) => shown.includes(measure));
  return changes.flatMap((change): readonly FindingLine[] => {
    const { from, to, measure } = change;
    const said = describeChange(change, formatChange(measure), measure === 'meanSteps' ? '' : ' points');
    const line = {
      about: 'QFT and QPO' as const,
      text: `${titleTraining(change)}: ${lowerFirst(measureTitles[measure])}: ${said}`,
      from: [`questions-${from}`, `questions-${to}`],
    };
    const hasSteps = changes.some((one) => one.from === from && one.to === to && one.measure === 'meanSteps');
    return hasSteps ? [line] : [line, sayNoSteps(change, report)];
  });
}

/** A difficulty that cannot be compared is not left out in silence. */
function sayNoSteps({ from, to }: Ends, { questions }: LoopReport): FindingLine {
  const [before, after] = [from, to].map((name) => {
    const steps = questions.find(({ generator }) => generator === name)?.measures.meanSteps ?? null;
    return steps === null ? 'not every seed has a valid question' : formatEstimate(steps, formatMeasure('meanSteps'));
  });
  return {
    about: 'QFT and QPO',
    text: `${titleTraining({ from, to })}: ${lowerFirst(measureTitles.meanSteps)}: not compared. Before: ${before}. After: ${after}.`,
    from: [`questions-${from}`, `questions-${to}`],
  };
}

/** With what the two learned from, since arms differ in that beside what they are named for. */
function sayDifference(lead: string, difference: ArmDifference, report: LoopReport): FindingLine {
  const { arm, against } = difference;
  const taught = [arm, against].map((name) => describeTaught(findArm(report, name)));
  const isKnown = taught.every((one) => one !== undefined);
  return {
    about: 'Students',
    text: `${lead}: ${describeChange(difference, formatPoints, ' points of accuracy')}${isKnown ? ` Learned from ${taught[0]}; the other from ${taught[1]}.` : ''}`,
    from: [...listEvaluations(difference), ...(isKnown ? [`rows-${arm}`, `rows-${against}`] : [])],
  };
}

function describeTaught(arm: ArmFigures): string | undefined {
  if (arm.taught.length === 0) return undefined;
  const right = shareTaught(arm, 'right');
  return `${formatMeanCount(arm.taught.map(({ rows }) => rows))} rows${right === undefined ? '' : `, ${right} % of them right`}`;
}

function listEvaluations({ arm, against }: ArmDifference): readonly string[] {
  return [`evaluate-${arm}`, `evaluate-${against}`];
}

/** Validity and difficulty are what QFT and QPO are for; the table has the others. */
const shown: readonly AskedMeasure[] = ['valid', 'meanSteps'];

interface Ends {
  readonly from: string;
  readonly to: string;
}

function titleTraining({ from, to }: Ends): string {
  if (from === 'before') return 'QFT';
  if (from === 'sft-chosen') return 'QPO, less its control';
  return to === 'qpo' ? 'QPO' : 'Its control, SFT on the chosen questions';
}

/** `+3.2 [1.0, 5.4] points: above zero.` */
export function describeChange(change: PairedEstimate, format: (value: number) => string, unit: string): string {
  return `${format(change.mean)}${formatEnds(change, format)}${unit}: ${describeFinding(change)}.`;
}
