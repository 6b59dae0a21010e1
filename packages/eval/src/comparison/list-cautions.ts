import type { ComparedRun } from '../compare-runs.ts';
import type { TwoRuns } from './check-fairness.ts';

/** Above these shares of its samples a run's undecided and truncated ones are said. Errors always are. */
const mentionedFrom = { undecided: 0.02, truncated: 0.05 } as const;

/** What is no reason to refuse a comparison, and may still explain the gap. */
export function listCautions({ a, b }: TwoRuns, sides: readonly [ComparedRun, ComparedRun]): string[] {
  const cautions: string[] = [];
  if (a.realPath === b.realPath) cautions.push('A and B are the same folder.');
  if (a.head.benchmark !== b.head.benchmark && a.head.rowsSha256 === b.head.rowsSha256) {
    cautions.push(`A is a run of ${a.head.benchmark}, B of ${b.head.benchmark}; their problems are the same.`);
  }
  const unknown = [...(a.head.protocolSha256 === null ? ['A'] : []), ...(b.head.protocolSha256 === null ? ['B'] : [])];
  if (unknown.length > 0) {
    const whose = unknown.length === 1 ? `protocol of ${unknown[0]} is` : 'protocols of A and B are';
    cautions.push(`The ${whose} not known: whether both were asked alike cannot be told.`);
  }
  const [sideA, sideB] = sides;
  return [...cautions, ...describeLosses('A', sideA), ...describeLosses('B', sideB)];
}

/** `A: 10 of 30 samples are errors, 2 are undecided; bounds [66.7, 100.0] %.` */
function describeLosses(name: string, { outcomes, samples, bounds }: ComparedRun): string[] {
  const { error, undecided, truncated } = outcomes;
  const losses = [
    ...(error > 0 ? [[error, error === 1 ? 'an error' : 'errors'] as const] : []),
    ...(undecided > mentionedFrom.undecided * samples ? [[undecided, 'undecided'] as const] : []),
    ...(truncated > mentionedFrom.truncated * samples ? [[truncated, 'truncated'] as const] : []),
  ];
  if (losses.length === 0) return [];
  const parts = losses.map(([count, what], i) => {
    const subject = i === 0 ? `${count} of ${samples} ${samples === 1 ? 'sample' : 'samples'}` : `${count}`;
    return `${subject} ${count === 1 ? 'is' : 'are'} ${what}`;
  });
  const percent = (share: number): string => (100 * share).toFixed(1);
  const isOpen = losses.some(([, what]) => what !== 'truncated');
  const within = isOpen ? `; bounds [${percent(bounds.low)}, ${percent(bounds.high)}] %` : '';
  return [`${name}: ${parts.join(', ')}${within}.`];
}
