import { digest } from '@scalequest/core';

/** Which problems may be trained on, and which are kept for the test. */
export type Split = 'train' | 'test';

/** One in this many problems of a kind is for the test. */
const testShare = 4;

/**
 * The split that a problem belongs to, by a hash of its kind and of what was drawn for it. Names and wording take no
 * part, nor does the order of what was drawn: no problem of the test is a problem of training in other words, or with
 * its two legs, bags or summands changed over.
 */
export function getSplit(kind: string, parameters: readonly (number | string)[]): Split {
  return Number.parseInt(digest([kind, parameters.map(String).sort()]).slice(0, 8), 16) % testShare === 0
    ? 'test'
    : 'train';
}
