import { type ExtractionRule, extractAnswer, isCheckable } from '@scalequest/verifier';

/** Places that a reply marks as its answer. The last number or formula of a text is a guess, and its writer did not say so. */
const marked: ReadonlySet<ExtractionRule> = new Set([
  'boxed',
  'hash-marks',
  'answer-tag',
  'json',
  'answer-phrase',
  'whole-reply',
  'bold-line',
]);

/** Longer ones are sentences. */
const longestAnswer = 200;
const mostWords = 8;

/** The final answer of a solution, and whether the reply stopped before it. */
export interface FinalAnswer {
  /** Null where the reply marks none, or what it marks is no answer that can be read. */
  readonly answer: string | null;
  /** The reply ends inside its answer or its thinking. */
  readonly isCut: boolean;
}

/**
 * The answer that a solution gives at its end, where it can be read as one: "the boxed part" in prose is none, and neither is an
 * empty box. A box in a box is one.
 */
export function findFinalAnswer(reply: string): FinalAnswer {
  const outer = extractAnswer(reply);
  const found = outer.status === 'found' && outer.answer.includes('\\boxed') ? extractAnswer(outer.answer) : outer;
  if (found.status !== 'found') return { answer: null, isCut: found.status === 'truncated' };
  const answer = found.answer.trim();
  const isAnswer = marked.has(found.rule) && answer.length <= longestAnswer && !answer.includes('\\boxed');
  const isShort = answer.split(/\s+/).filter((word) => /^[\p{L}'’-]{2,}[,.;]?$/u.test(word)).length <= mostWords;
  return { answer: isAnswer && isShort && isCheckable(answer, { fuel: 100_000 }) ? answer : null, isCut: false };
}

/** Whether a reply has one of the phrases that the published code looks for. Kept for the paper's form of a recipe. */
export function hasAnswerPhrase(reply: string): boolean {
  return ['boxed', 'he answer is', 'final answer is'].some((phrase) => reply.includes(phrase));
}
