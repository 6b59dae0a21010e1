import { describePolicy } from './policies.ts';
import type { Proof, Rule, UndecidedReason, VerifyResult } from './types.ts';

/** What was compared, as it stands in "They were compared as ...". */
const rules: Readonly<Record<Exclude<Rule, 'identical-text' | 'kind' | 'cas' | 'none'>, string>> = {
  number: 'numbers',
  expression: 'expressions',
  tuple: 'points, vectors or intervals, element by element and in order',
  set: 'sets',
  list: 'several answers side by side',
  region: 'sets of real numbers',
  relation: 'equations or inequalities',
  condition: 'statements that hold together',
  assignment: 'named values',
  function: 'functions',
  family: 'values with parameters',
  cases: 'values by cases',
  matrix: 'matrices or vectors',
  based: 'numerals to a base',
  ratio: 'ratios',
  time: 'times of day',
  choice: 'choices',
  boolean: 'yes or no',
  words: 'words',
};

const proofs: Readonly<Record<Exclude<Proof, 'policy' | 'none'>, string>> = {
  identical: 'They are the same text.',
  exact: 'The comparison is exact.',
  modular: 'They agree at random points of two finite fields, which two different answers do once in 2^100.',
  interval: 'They agree to hundreds of bits at every point that was tried: strong evidence, and no proof.',
  cas: 'A computer algebra system found their difference to be zero.',
};

const reasons: Readonly<Record<UndecidedReason, string>> = {
  'reference-not-parsed': 'The reference was not understood. Rewrite it as one mathematical answer.',
  'candidate-not-parsed': 'The candidate was not understood as a whole. Look at its text.',
  'no-rule': 'Both were understood, and nothing relates them. Compare them by hand.',
  ambiguous: 'An answer has several readings, and the verdict depends on which is meant. Write it without doubt.',
  'unit-conflict': 'Their units differ, or one may be meant in another unit. Write the unit on both sides.',
  'policy-refused': 'They are equal only under a leniency that the options refuse. Allow the policy to accept it.',
  'proof-refused': 'They agree by evidence that the options refuse as a proof. Use the preset benchmark to accept it.',
  'out-of-fuel': 'The work ran out of fuel. Give more with the option fuel.',
  'over-budget': 'The comparison took longer than its budget and was stopped. Give more with budgetMs.',
  'out-of-memory': 'The comparison took more memory than a worker has. Give more with memoryMb.',
  'worker-failed': 'The workers died or failed at the comparison. Please report the pair.',
  'bad-item': 'What was asked is no pair and no reply. Its refusal says why.',
  'too-long': 'An answer is too long, or a number in it too large. Compare them by hand.',
  'no-answer': 'The reply holds no answer.',
  truncated: 'The reply stops inside its answer or its thinking. Let the model write more tokens.',
};

/**
 * Says in a few sentences why a verdict is what it is: what was compared, what the verdict rests on, every leniency
 * that was needed, and where there is no verdict what to do.
 *
 * @example
 * explain(verifyAnswer({ reference: '50\\%', candidate: '50' }));
 * // 'Equal. They were compared as numbers: 50% and 50. Accepted because a percent sign that one side leaves out goes without saying (percent-sign).'
 */
export function explain(result: VerifyResult): string {
  const { verdict, rule, proof, reason, policies, normalized } = result;
  if (reason !== undefined) return `Undecided. ${reasons[reason]}`;
  const sentences = [verdict === 'equal' ? 'Equal.' : 'Different.'];
  if (rule === 'kind') sentences.push(`They are answers of different kinds${quote(normalized)}.`);
  else if (rule !== 'identical-text' && rule !== 'cas' && rule !== 'none')
    sentences.push(`They were compared as ${rules[rule]}${quote(normalized)}.`);
  if (proof !== 'policy' && proof !== 'none') sentences.push(proofs[proof]);
  for (const name of policies) {
    const start = verdict === 'equal' ? 'Accepted because' : 'They differ even where';
    sentences.push(`${start} ${describePolicy(name).meaning} (${name}).`);
  }
  return sentences.join(' ');
}

/** Long answers say nothing to the eye. */
function quote({ reference, candidate }: VerifyResult['normalized']): string {
  if (reference === null || candidate === null || reference.length + candidate.length > 200) return '';
  return `: ${reference} and ${candidate}`;
}
