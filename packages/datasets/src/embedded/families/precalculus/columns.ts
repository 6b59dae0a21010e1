import { readMatrix } from '../../answers/read-answer.ts';
import { formatMatrix } from '../../latex.ts';

/** `\begin{pmatrix}3\\-4\end{pmatrix}`. */
export function formatColumn(entries: readonly number[]): string {
  return formatMatrix(entries.map((entry) => [entry]));
}

/** The entries of a column of whole numbers. */
export function readColumn(text: string): readonly number[] | undefined {
  const rows = readMatrix(text);
  const entries = rows?.map(([entry]) => entry);
  if (entries?.every((entry) => entry?.denominator === 1n) !== true || rows?.[0]?.length !== 1) return undefined;
  return entries.map((entry) => Number(entry?.numerator));
}
