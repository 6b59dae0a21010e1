import { EvaluationError } from '../errors.ts';
import { describeUnmapped, type MappedLog } from './map-log.ts';

/** Samples of a log answer no problem of the benchmark; which and why stands in the text. */
export function unmappedError(
  path: string,
  { mapped, benchmark }: { readonly mapped: MappedLog; readonly benchmark: string },
): EvaluationError {
  return new EvaluationError({
    code: 'UNMAPPED_SAMPLES',
    kind: 'request',
    what: `The log '${path}' does not fit the benchmark '${benchmark}'.`,
    why: describeUnmapped(mapped),
    next:
      mapped.samples.length === 0
        ? 'Give the benchmark that the log was made on.'
        : 'Give the benchmark that the log was made on, or leave these samples out with --skip-unknown.',
    fields: { path, benchmark, count: mapped.unmapped.count },
  });
}
