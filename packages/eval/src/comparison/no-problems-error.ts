import { EvaluationError } from '../errors.ts';

/** A log says what its system asked, and not which of our benchmarks that is. */
export function noProblemsError(path: string): EvaluationError {
  return new EvaluationError({
    code: 'NO_BENCHMARK',
    kind: 'request',
    what: `'${path}' is a log of another system, and the problems to pair it by are not given.`,
    why: 'No run on the other side says which benchmark it is.',
    next: 'Name it: --benchmark math-500.',
    fields: { path },
  });
}
