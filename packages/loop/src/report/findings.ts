import type { ArmDifference, PairedEstimate } from './estimate.ts';
import { describeFinding, formatCount, formatEnds, formatPoints } from './format.ts';
import type { AskedMeasure, LoopReport } from './report-data.ts';
import { formatChange, lowerFirst } from './report-tables.ts';
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

function findGains({ againstSeeds, againstFull, scaling }: LoopReport): readonly FindingLine[] {
  const lines: FindingLine[] = [];
  const gain = againstSeeds.find(({ arm }) => arm === 'full');
  const bound = againstSeeds.find(({ arm }) => arm === 'gold');
  const fewest = againstFull.find(({ against }) => against === scaling[0]);
  if (gain !== undefined) lines.push(sayDifference('The whole pipeline, less seed questions alone', gain));
  if (fewest !== undefined)
    lines.push(sayDifference('All rows of the whole pipeline, less the fewest of them', fewest));
  if (bound === undefined) return lines;
  lines.push(sayDifference('Gold answers (the upper bound), less seed questions alone', bound));
  if (bound.finding === 'not shown' || bound.finding === 'below zero')
    lines.push({
      about: 'Students',
      text: 'Not even right answers to the synthesised questions are shown to help: nothing here shows that the student is short of such rows.',
      from: listEvaluations(bound),
    });
  return lines;
}

/** What each part is worth. */
function findParts({ againstFull, scaling }: LoopReport): readonly FindingLine[] {
  return againstFull
    .filter(({ against }) => !scaling.includes(against))
    .map((difference) => sayDifference(`The whole pipeline, less “${titleArm(difference.against)}”`, difference));
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

function findTrainings({ askedChanges }: LoopReport): readonly FindingLine[] {
  return askedChanges
    .filter(({ measure }) => shown.includes(measure))
    .map((change) => {
      const { from, to, measure } = change;
      const said = describeChange(change, formatChange(measure), measure === 'meanSteps' ? '' : ' points');
      return {
        about: 'QFT and QPO',
        text: `${titleTraining(change)}: ${lowerFirst(measureTitles[measure])}: ${said}`,
        from: [`questions-${from}`, `questions-${to}`],
      };
    });
}

function sayDifference(lead: string, difference: ArmDifference): FindingLine {
  return {
    about: 'Students',
    text: `${lead}: ${describeChange(difference, formatPoints, ' points of accuracy')}`,
    from: listEvaluations(difference),
  };
}

function listEvaluations({ arm, against }: ArmDifference): readonly string[] {
  return [`evaluate-${arm}`, `evaluate-${against}`];
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
