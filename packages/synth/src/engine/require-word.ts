import { SynthError } from '../errors.ts';
import type { Fields, Row } from './row.ts';
import { formatRowId } from './row.ts';
import type { Decision, Stage } from './stage.ts';

/**
 * What is read again in a later session must be what goes on in this one: a decision for each row, with the fields that the stage gives.
 *
 * @throws SynthError `STAGE_BROKEN`
 */
export function requireWord(
  { name, gives }: Stage<Fields, Fields>,
  { rows, decisions }: { readonly rows: readonly Row[]; readonly decisions: readonly Decision[] },
): void {
  if (decisions.length !== rows.length)
    throw brokenStage(name, `${decisions.length} decisions for ${rows.length} rows`);
  for (const [position, decision] of decisions.entries()) {
    const said = 'keep' in decision ? decision.keep : { drop: decision.drop, because: decision.because ?? null };
    const missing = 'keep' in decision ? gives.find((field) => !Object.hasOwn(decision.keep, field)) : undefined;
    const lossy = Object.entries(said).find(([, value]) => !isJson(value))?.[0];
    if (missing === undefined && lossy === undefined) continue;
    const row = rows[position];
    const id = row === undefined ? position : formatRowId(row);
    throw brokenStage(
      name,
      missing === undefined
        ? `what it says of row '${id}' has a '${lossy}' that JSON cannot hold`
        : `row '${id}' was kept without '${missing}'`,
    );
  }
}

/** `NaN`, `undefined` and dates would come back from the disk as something else. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'function';
  if (Array.isArray(value)) return value.every(isJson);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
}

function brokenStage(stage: string, seen: string): SynthError {
  return new SynthError({
    code: 'STAGE_BROKEN',
    what: `Stage '${stage}' does not keep its word: ${seen}.`,
    next: 'This is an error in the stage, not in what it was given.',
    fields: { stage },
  });
}
