import type { FigureName, GpuKind, ReadFigure } from './unit-figures.ts';

/** A speed that was measured with a model of some size. */
interface Point {
  /** In billions. */
  readonly parameters: number;
  readonly figure: FigureName;
}

type Task = 'questions' | 'replies' | 'scores';

/** The paper's models of "7B" have 6.9 to 7.7 billion weights; Qwen3's 4.0, 8.2 and 14.8. */
const points: Readonly<Record<GpuKind, Readonly<Record<Task, readonly Point[]>>>> = {
  'a100-40g': {
    questions: [{ parameters: 7.7, figure: 'a100-40g.questions' }],
    replies: [{ parameters: 7.7, figure: 'a100-40g.replies' }],
    scores: [{ parameters: 7.7, figure: 'a100-40g.scores' }],
  },
  h100: {
    questions: [{ parameters: 8.2, figure: 'h100.questions' }],
    replies: [
      { parameters: 4, figure: 'h100.replies-4b' },
      { parameters: 8.2, figure: 'h100.replies' },
      { parameters: 14.8, figure: 'h100.replies-14b' },
    ],
    scores: [{ parameters: 7.7, figure: 'h100.scores' }],
  },
  h200: {
    questions: [{ parameters: 8.2, figure: 'h200.questions' }],
    replies: [{ parameters: 8.2, figure: 'h200.replies' }],
    scores: [{ parameters: 7.7, figure: 'h200.scores' }],
  },
};

/**
 * What one GPU does in a second: tokens of questions or replies, or rows that get a score.
 *
 * Between two sizes that were measured it is read off a straight line through the logarithms. A smaller model counts as the smallest
 * that was measured, a larger one is slower by its size: neither promises what nobody saw.
 */
export function findRate(
  read: ReadFigure,
  { gpu, task, parameters }: { readonly gpu: GpuKind; readonly task: Task; readonly parameters: number },
): number {
  const known = points[gpu][task];
  const above = known.findIndex((point) => point.parameters >= parameters);
  const larger = known[above];
  const smaller = known[(above === -1 ? known.length : above) - 1];
  if (smaller === undefined) return read((larger as Point).figure);
  const slow = read(smaller.figure);
  if (larger === undefined) return (slow * smaller.parameters) / parameters;
  const share = Math.log(parameters / smaller.parameters) / Math.log(larger.parameters / smaller.parameters);
  return slow * (read(larger.figure) / slow) ** share;
}

/** How a training is done: the recipe of `scalequest train` that does it. */
export type TrainingMethod = 'qft' | 'qpo' | 'student-sft' | 'difficulty-regressor';

/** Those that compute activations again, which saves memory and costs a third. */
const recomputes: ReadonlySet<TrainingMethod> = new Set(['qpo', 'student-sft', 'difficulty-regressor']);
/** In billions: what the paper's trainings were measured with. */
const measuredSize = 7.7;

/** Tokens that one GPU trains on in a second: as the paper had it, else by the operations that it takes. */
export function findTrainingRate(
  read: ReadFigure,
  { gpu, method, parameters }: { readonly gpu: GpuKind; readonly method: TrainingMethod; readonly parameters: number },
): number {
  if (gpu === 'a100-40g' && (method === 'qft' || method === 'qpo')) {
    return (read(`a100-40g.${method}`) * measuredSize) / Math.max(measuredSize, parameters);
  }
  const flops = read(recomputes.has(method) ? 'training.flops-recomputed' : 'training.flops');
  // The reference of QPO is asked once more for each token.
  const all = method === 'qpo' ? flops + 2 : flops;
  return (read(`${gpu}.peak`) * 1e12 * read('training.utilisation')) / (all * parameters * 1e9);
}
