import { distance } from 'fastest-levenshtein';

/** The known names that a mistyped one may have meant, closest first; at most three. */
export function findCloseNames(name: string, known: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  return [...known]
    .map((candidate) => ({ candidate, cost: getCost(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, cost }) => cost <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.cost - b.cost || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** The first word of a name counts nearly as much as the whole: `maths` may have meant `math-500`. */
function getCost(wanted: string, candidate: string): number {
  const firstWord = candidate.split('-', 1)[0] ?? candidate;
  return Math.min(distance(wanted, candidate), 1 + distance(wanted, firstWord));
}

/** `Close names: math, math-500.`, or an empty string where none is close. */
export function describeCloseNames(name: string, known: Iterable<string>): string {
  const names = findCloseNames(name, known);
  return names.length === 0 ? '' : `Close names: ${names.join(', ')}.`;
}
