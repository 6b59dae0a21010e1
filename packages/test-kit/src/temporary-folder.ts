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
    [Symbol.dispose]: () => removeFolder(path),
  };
}

/** A process that the test has ended, or one of its own, may still write there: then all of it is gone through again. */
function removeFolder(path: string): void {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' || tries === 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}
