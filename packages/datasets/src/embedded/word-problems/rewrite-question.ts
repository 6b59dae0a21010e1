import { createRandom } from '@scalequest/core';
import { hardenQuestion } from './harden-question.ts';
import { playStory, splitSentences } from './read-word-problem.ts';
import { repairQuestion } from './repair-question.ts';
import { drawTrainingQuestion } from './word-problems.ts';

/**
 * What a rewriting is for (paper 2.3).
 *
 * - `solvability`: a question without an answer gets one
 * - `difficulty`: a question with an answer takes a step more, or two where one cannot be had
 */
export type RewriteDirection = 'solvability' | 'difficulty';

/**
 * Why a text is not rewritten.
 *
 * - `solvable`: there is nothing to repair
 * - `unsolvable`: what has no answer cannot be made harder
 * - `no-room`: it is as long as such stories are, or its numbers leave nothing to add
 */
export type RewriteRefusal = 'solvable' | 'unsolvable' | 'no-room';

export type QuestionRewriting =
  | { readonly kind: 'rewritten'; readonly question: string }
  | { readonly kind: 'dropped'; readonly reason: RewriteRefusal };

export interface RewriteInput {
  /** Any text, as a generator of questions wrote it. */
  readonly text: string;
  readonly direction: RewriteDirection;
  /** The same text and seed give the same rewriting. */
  readonly seed: number;
}

/**
 * Rewrites a word problem by rule, where the paper asks a large model, and the oracle solves whatever comes out. A repair tells
 * another sentence in place of each that is at fault, of any kind that can stand there, and keeps the others; a text of which
 * nothing can be kept is replaced by a new question of about its length.
 *
 * @example
 * const text = 'Tom has 3 apples. Tom eats 4 apples. How many apples does Tom have now?';
 * rewriteQuestion({ text, direction: 'solvability', seed: 0 });
 * // such as { kind: 'rewritten', question: 'Tom has 3 apples. Tom gets 15 more apples. How many apples does Tom have now?' }
 */
export function rewriteQuestion({ text, direction, seed }: RewriteInput): QuestionRewriting {
  const random = createRandom(`rewrite-question/${direction}/${seed}/${text}`);
  const sentences = splitSentences(text);
  const isSolvable = playStory(sentences).reading.kind === 'solvable';
  if (direction === 'difficulty') {
    if (!isSolvable) return { kind: 'dropped', reason: 'unsolvable' };
    const harder = hardenQuestion(sentences, random);
    return harder === undefined ? { kind: 'dropped', reason: 'no-room' } : { kind: 'rewritten', question: harder };
  }
  if (isSolvable) return { kind: 'dropped', reason: 'solvable' };
  const question = repairQuestion(sentences, random) ?? drawTrainingQuestion(random, sentences.length > 3 ? 2 : 1);
  return { kind: 'rewritten', question };
}
