import { createHash } from 'node:crypto';
import { canonicalJson } from '@scalequest/core';
import type { Problem } from './problem.ts';
import { sortById } from './sort-by-id.ts';

/**
 * The pin of a data set: SHA-256 over one canonical JSON line `{"id","problem","reference"}` a problem, each ended by
 * LF, in the order of the ids. Of a problem that wants a program, `"code"` with its tests is in the line too, because they
 * decide the score. File format, field names, order and whatever else a copy may change do not count.
 *
 * @param options - `withOthers`: a problem that has other references has `"otherReferences"` behind its id
 */
export function computeRowsSha256(
  problems: readonly Problem[],
  { withOthers = false }: { readonly withOthers?: boolean } = {},
): string {
  const hash = createHash('sha256');
  for (const { id, otherReferences = [], problem, reference, code } of sortById(problems)) {
    if (code !== undefined) {
      const { limits: _, ...judged } = code;
      hash.update(`${canonicalJson({ code: judged, id, problem, reference })}\n`);
      continue;
    }
    // Canonical as it stands: the keys are in order. Half the time of the general canonicalJson.
    const row =
      !withOthers || otherReferences.length === 0
        ? { id, problem, reference }
        : { id, otherReferences, problem, reference };
    hash.update(`${JSON.stringify(row)}\n`);
  }
  return hash.digest('hex');
}
