import { createRandom } from '@scalequest/core';
import { readWordProblem } from './read-word-problem.ts';
import { type RewriteDirection, type RewriteRefusal, rewriteQuestion } from './rewrite-question.ts';

/** A question that was rewritten, before and after: what a generator of questions learns to prefer. */
export interface QuestionPair {
  readonly id: string;
  /** The rewritten question. */
  readonly chosen: string;
  /** As it was generated. */
  readonly rejected: string;
}

/**
 * How the two directions are mixed.
 *
 * - `balanced`: as many pairs of each
 * - `difficulty-heavy`: seven of eight pairs are about difficulty, as they come where the generator is mostly right
 */
export type QuestionMix = 'balanced' | 'difficulty-heavy';

const difficultyShares: Readonly<Record<QuestionMix, number>> = { balanced: 1 / 2, 'difficulty-heavy': 7 / 8 };

export interface PairQuestionsInput {
  /** What a generator has written. */
  readonly generations: readonly { readonly id: string; readonly text: string }[];
  readonly mix: QuestionMix;
  readonly seed: number;
  /** The most pairs to make. @defaultValue as many as the generations give in this mix */
  readonly count?: number | undefined;
}

export interface PairedQuestions {
  /** In the order of the generations. */
  readonly pairs: readonly QuestionPair[];
  readonly counts: Readonly<Record<RewriteDirection, number>>;
  /** Generations that gave no pair; `repeated` ones stood there before, and `not-needed` ones would spoil the mix. */
  readonly dropped: Readonly<Record<RewriteRefusal | 'empty' | 'repeated' | 'not-needed', number>>;
}

/**
 * Makes pairs of generated questions by {@link rewriteQuestion}: what has no answer is repaired, what has one is made harder.
 *
 * @example
 * const { pairs, counts } = pairQuestions({ generations, mix: 'balanced', seed: 0 });
 * // counts: { solvability: 412, difficulty: 412 }
 */
export function pairQuestions({ generations, mix, seed, count }: PairQuestionsInput): PairedQuestions {
  const dropped = { solvable: 0, unsolvable: 0, 'no-room': 0, empty: 0, repeated: 0, 'not-needed': 0 };
  const made: Record<RewriteDirection, QuestionPair[]> = { solvability: [], difficulty: [] };
  const seen = new Set<string>();
  for (const { id, text } of generations) {
    if (text === '' || seen.has(text)) {
      dropped[text === '' ? 'empty' : 'repeated']++;
      continue;
    }
    seen.add(text);
    const repaired = rewriteQuestion({ text, direction: 'solvability', seed });
    const direction = repaired.kind === 'rewritten' ? 'solvability' : 'difficulty';
    const rewriting = direction === 'solvability' ? repaired : rewriteQuestion({ text, direction, seed });
    if (rewriting.kind === 'rewritten') {
      made[direction].push({ id: `${id}/${direction}`, chosen: rewriting.question, rejected: text });
    } else dropped[rewriting.reason]++;
  }
  const counts = countPairs(made, { share: difficultyShares[mix], most: count ?? Number.POSITIVE_INFINITY });
  const random = createRandom(`pair-questions/${mix}/${seed}`);
  const kept = new Set([
    ...random.shuffle(made.solvability).slice(0, counts.solvability),
    ...sortEasiestFirst(random.shuffle(made.difficulty)).slice(0, counts.difficulty),
  ]);
  const pairs = [...made.solvability, ...made.difficulty];
  const order = new Map(generations.map(({ text }, i) => [text, i]));
  const place = ({ rejected }: QuestionPair): number => order.get(rejected) ?? 0;
  dropped['not-needed'] = pairs.length - kept.size;
  return { pairs: [...kept].sort((a, b) => place(a) - place(b)), counts, dropped };
}

/** The easiest are made harder first: what is hard already would become harder than anything that the generator has seen. */
function sortEasiestFirst(pairs: readonly QuestionPair[]): QuestionPair[] {
  const countSteps = ({ rejected }: QuestionPair): number => {
    const reading = readWordProblem(rejected);
    return reading.kind === 'solvable' ? reading.steps : 0;
  };
  return pairs
    .map((pair) => ({ pair, steps: countSteps(pair) }))
    .sort((a, b) => a.steps - b.steps)
    .map(({ pair }) => pair);
}

/** The most pairs that hold the mix. */
function countPairs(
  made: Readonly<Record<RewriteDirection, readonly QuestionPair[]>>,
  { share, most }: { readonly share: number; readonly most: number },
): Record<RewriteDirection, number> {
  const total = Math.min(most, made.difficulty.length / share, made.solvability.length / (1 - share));
  return { difficulty: Math.floor(total * share), solvability: Math.floor(total * (1 - share)) };
}
