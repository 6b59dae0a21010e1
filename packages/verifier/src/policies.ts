import type { VerifyOptions } from './types.ts';

/** A leniency: something that counts as equal although it is not written, or not worth, quite the same. */
export interface PolicyRow {
  /**
   * The strictest preset that has it on: `strict` ones are on everywhere, `benchmark` ones are refused by `strict`,
   * since a wrong answer may pass them, and `request` ones are on only where a caller says so.
   */
  readonly on: 'strict' | 'benchmark' | 'request';
  /** What it lets pass, as the end of "Accepted because ...". */
  readonly meaning: string;
  /** Two answers that are equal under it and would not be without it. */
  readonly equal: readonly [string, string];
  /** The nearest pair that is not equal even so. */
  readonly notEqual: readonly [string, string];
  /** What the caller has to say for the examples. */
  readonly options?: VerifyOptions;
}

/** The name of a leniency, as verdicts list it. */
export type Policy =
  | 'order-free'
  | 'claimed-digits'
  | 'tolerance'
  | 'assignment-label'
  | 'approximate-side'
  | 'parameter-undeclared'
  | 'unit-omitted'
  | 'percent-sign'
  | 'vector-notation'
  | 'base-omitted'
  | 'ratio-as-fraction'
  | 'choice-text'
  | 'boolean-word'
  | 'explanation-dropped'
  | 'no-solution'
  | 'figure-sign';

/**
 * Every leniency there is: a policy without a row does not compile. The table in the README is made from these rows, and
 * the examples are run by a test.
 */
export const policies: Readonly<Record<Policy, PolicyRow>> = {
  'order-free': {
    on: 'strict',
    meaning: 'the order of answers side by side means nothing',
    equal: ['1, -2', '-2, 1'],
    notEqual: ['(1, -2)', '(-2, 1)'],
  },
  'claimed-digits': {
    on: 'request',
    meaning: 'a decimal of three or more digits is the exact value, correctly rounded to the digits shown',
    equal: ['\\sqrt{2}', '1.414'],
    notEqual: ['\\sqrt{2}', '1.415'],
    options: { policies: { 'claimed-digits': true } },
  },
  tolerance: {
    on: 'request',
    meaning: 'the difference is within the tolerance that was asked for',
    equal: ['2.5', '2.6'],
    notEqual: ['2.5', '2.7'],
    options: { tolerance: { absolute: '0.1' } },
  },
  'assignment-label': {
    on: 'strict',
    meaning: 'what stands before an equals sign only names the value',
    equal: ['x = 5', '5'],
    notEqual: ['x + y = 5', '5'],
  },
  'approximate-side': {
    on: 'strict',
    meaning: 'a decimal beside an exact value is its rounding',
    equal: ['2\\sqrt{3} \\approx 3.5', '2\\sqrt{3}'],
    notEqual: ['2\\sqrt{3} \\approx 3.6', '2\\sqrt{3}'],
  },
  'parameter-undeclared': {
    on: 'strict',
    meaning: 'a parameter that one side declares goes without saying on the other',
    equal: ['\\pi n, n \\in \\mathbb{Z}', '\\pi k'],
    notEqual: ['\\pi n, n \\in \\mathbb{Z}', '2 \\pi k'],
  },
  'unit-omitted': {
    on: 'strict',
    meaning: 'a unit that one side leaves out goes without saying',
    equal: ['5\\text{ cm}', '5'],
    notEqual: ['3t', '3'],
  },
  'percent-sign': {
    on: 'strict',
    meaning: 'a percent sign that one side leaves out goes without saying',
    equal: ['50\\%', '50'],
    notEqual: ['0.5', '50'],
  },
  'vector-notation': {
    on: 'strict',
    meaning: 'a vector is the same in columns, in brackets and in unit vectors',
    equal: ['(1,2,3)', '[1,2,3]'],
    notEqual: ['(1,2,3)', '[3,2,1]'],
  },
  'base-omitted': {
    on: 'request',
    meaning: 'the base that one side writes behind the same digits goes without saying',
    equal: ['221_3', '221'],
    notEqual: ['221_3', '221_4'],
    options: { policies: { 'base-omitted': true } },
  },
  'ratio-as-fraction': {
    on: 'benchmark',
    meaning: 'a ratio of two is the fraction of the first by the second',
    equal: ['3:4', '\\frac34'],
    notEqual: ['3:4', '\\frac43'],
  },
  'choice-text': {
    on: 'strict',
    meaning: 'the letter of a choice stands for its text, and its text for the letter',
    equal: ['(B) 5', 'B'],
    notEqual: ['(B) 5', '(C) 5'],
  },
  'boolean-word': {
    on: 'strict',
    meaning: 'true says yes, and false says no',
    equal: ['Yes', 'True'],
    notEqual: ['Yes', 'not true'],
  },
  'explanation-dropped': {
    on: 'benchmark',
    meaning: 'a reason behind yes or no is not compared when the other side gives none',
    equal: ['Yes', 'Yes, because 3 < 5'],
    notEqual: ['Yes', 'No, because 3 < 5'],
  },
  'no-solution': {
    on: 'strict',
    meaning: 'different words say that there is nothing to give',
    equal: ['no solution', 'none'],
    notEqual: ['no solution', 'infinitely many solutions'],
  },
  'figure-sign': {
    on: 'strict',
    meaning: 'points name a figure without its sign',
    equal: ['\\triangle ABC', 'ABC'],
    notEqual: ['\\triangle ABC', 'ABD'],
  },
};

/** The names of all policies, in the order of their table. */
export const policyNames: readonly Policy[] = Object.keys(policies) as Policy[];

/** The row of a policy. */
export function describePolicy(name: Policy): PolicyRow {
  return policies[name];
}
