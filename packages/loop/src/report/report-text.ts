import { formatCount } from './format.ts';
import type { LoopReport } from './report-data.ts';

/** What the report is about, in a line. */
export function describeOrigin({ loop, seeds, machine, settledAt, settingsSha256 }: LoopReport): readonly string[] {
  return [
    `Recipe \`${loop}\`, settings \`${settingsSha256.slice(0, 12)}\`, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}.`,
    settledAt === null
      ? 'Settings: the commit is not said.'
      : `Settings settled at commit \`${settledAt}\`, before the seeds ran.`,
    machine === null ? 'Machine: not said.' : `Machine: ${machine}.`,
  ];
}

/** How each kind of number is made. */
export function describeMethod({ problems, seeds, trainingSteps, arms }: LoopReport): readonly string[] {
  const [only, ...others] = trainingSteps;
  const steps =
    only === undefined || others.length > 0 ? '' : ` Every student was trained for ${formatCount(only)} steps.`;
  const notJudged = Math.max(...arms.flatMap((arm) => arm.notJudged));
  return [
    `Accuracy: correct replies of ${formatCount(problems)} held-out problems, the same for every arm and seed; a reply that is truncated, without an answer or not judged is not correct. ${notJudged === 0 ? 'All were judged' : `Not judged were at most ${formatCount(notJudged)} of an arm and seed`}.${steps}`,
    'Interval of an accuracy and of a difference of arms: for seeds and problems that are both a sample (two-way random effects, with the degrees of freedom of Hillis 2007). It is the one that findings rest on, since in simulations of five seeds it holds the truth in 93 to 95 of 100 cases wherever the spread comes from; t over the seeds alone falls to 75 where the problems differ, and resampling both ranges from 87 to 100 (docs/statistics.md). Both stand beside it.',
    `Interval of a share at a stage: Student's t over ${seeds.length === 1 ? 'the seed' : `the ${seeds.length} seeds`}, paired by seed for a change, since each seed has questions of its own. Where every seed gives the same there is none: nothing then says how seeds differ.`,
    'By the number of steps: Student’s t over the seeds, for these problems alone, since an evaluation does not say which problem takes how many steps. Other problems would add to it.',
    'Arms differ in the number of their rows, and in the share of them that is right, beside what they are named for: what a filter drops makes the rows fewer. So both stand with each difference.',
    'p-values: two-sided, of the same interval, adjusted by Holm over the rows of one table (of the steps: of one number of steps). McNemar: exact, of one seed.',
    'A finding is “above zero” or “below zero” where the whole 95 % interval is, and “not shown” else. Where Holm’s correction does not leave it below 0.05, that is said.',
    'Valid: the oracle of the problems’ grammar reads the question and finds one answer. Right: of all answers that are left (one a sample, one a row once one is chosen), those with the oracle’s value; of a question without an answer none is. From check to select it changes both by the rows that are dropped and by the answer that is chosen for the others. Distinct, and no held-out problem: by structure and numbers, whatever the people, things and verbs. The more is asked, the more is asked again: shares of distinct questions are compared only where the numbers of questions are within a quarter of each other. By heart: a seed question, word for word.',
  ];
}
