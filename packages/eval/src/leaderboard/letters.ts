import { type Outcome, outcomes } from '../outcomes/outcome.ts';
import type { BoardMark } from './board.ts';
import { outcomeLetters } from './result-file.ts';

/** Above these shares of all samples a row is marked, or, of errors, refused. */
export const limits = { error: 0.005, undecided: 0.02, truncated: 0.05 } as const;

/** How many samples have which outcome. Letters that mean none are not counted. */
export function countLetters(epochs: readonly string[]): Record<Outcome, number> {
  const counts = new Map<string, number>();
  for (const letters of epochs) for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return Object.fromEntries(outcomes.map((outcome) => [outcome, counts.get(outcomeLetters[outcome]) ?? 0])) as Record<
    Outcome,
    number
  >;
}

/** How many samples of each problem are correct. */
export function countCorrectByProblem(epochs: readonly string[], problems: number): Uint32Array {
  const correct = new Uint32Array(problems);
  for (const letters of epochs) {
    for (let i = 0; i < problems; i++) if (letters[i] === outcomeLetters.correct) correct[i] = (correct[i] ?? 0) + 1;
  }
  return correct;
}

/** The marks that a result with these outcomes must carry. */
export function listMarks(counts: Readonly<Record<Outcome, number>>, samples: number): readonly BoardMark[] {
  return (['undecided', 'truncated'] as const).filter((outcome) => counts[outcome] > limits[outcome] * samples);
}
