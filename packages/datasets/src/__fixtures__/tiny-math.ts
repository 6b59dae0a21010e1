import type { MathRecord } from '../math/math-record.ts';

/** Problems of our own in MATH's format, with one record that has no answer. */
export const tinyMathRecords: readonly MathRecord[] = [
  {
    problem: 'Find the sum of the digits of $2^{10}.$',
    level: 'Level 2',
    type: 'Number Theory',
    solution: 'Since $2^{10} = 1024,$ the sum is $1 + 0 + 2 + 4 = \\boxed{7}.$',
  },
  {
    problem: ' Solve $3x - 4 = 11$ for $x.$ ',
    level: 'Level ?',
    type: 'algebra',
    solution: 'We get $3x = 15,$ so $x = \\boxed 5.$',
  },
  {
    problem:
      'A fair die with six sides is rolled.\n\n[asy]\ndraw(unitsquare);\n[/asy]\n\nWhat is the chance of a prime?',
    level: 'Level 5',
    type: 'Counting & Probability',
    solution: 'The primes are $2, 3, 5,$ so it is $\\boxed{\\frac{1}{2}}.$',
  },
  {
    problem: 'Nobody knows.',
    level: 'Level 1',
    type: 'Geometry',
    solution: 'So the answer is $\\boxed{}.$',
  },
];

/** The records as the text of a JSON Lines file. */
export function toJsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
