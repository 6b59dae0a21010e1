import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone at the end of its block: `using folder = makeTemporaryFolder();` */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
  readonly join: (...parts: readonly string[]) => string;
}

/** Makes an empty folder below the system's temporary folder. */
export function makeTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'scalequest-'));
  return {
    path,
    join: (...parts) => join(path, ...parts),
    // A process that has just been killed may write to it still.
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
