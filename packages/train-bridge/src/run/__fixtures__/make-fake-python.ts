import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeBehaviour {
  /** Time of a step. @defaultValue 5 */
  readonly stepMs?: number;
  /**
   * Behind each of these it waits until it is asked to stop or for a checkpoint, or until {@link letGoOn}: a test that asks
   * something of a training does not hang on how fast that is. Five minutes at most, so that it does not outlive its test for long.
   */
  readonly holdsAtSteps?: readonly number[];
  /** Ends with code 3 and without an event; the first attempt only. */
  readonly diesAtStep?: number;
  /** Ends with an error event. */
  readonly failsAtStep?: number;
  /** Of that error. @defaultValue 'nan' */
  readonly class?: string;
  /** Attempts that fail or are killed as it is said here. @defaultValue all */
  readonly badAttempts?: number;
  /** Runs out of memory where more rows than these are computed together. */
  readonly fitsRows?: number;
  /** Logged with each step. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly ignoresCancel?: boolean;
  /** Kills itself, as the system does where memory runs out. */
  readonly killedAtStep?: number;
  /** Asked to stop it ends with an error event, class io. */
  readonly failsToStop?: boolean;
  /** That the rows are enough for. */
  readonly mostSteps?: number;
  /** Writes an event of a type that is not known. */
  readonly speaksOfTheFuture?: boolean;
  readonly losesALine?: boolean;
}

/** A program that behaves as Python with our worker would; its path. */
export function makeFakePython(folder: string, behaviour: FakeBehaviour = {}): string {
  const path = join(folder, 'python');
  const script = join(import.meta.dirname, 'fake-python.mjs');
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${JSON.stringify(behaviour)}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Takes back all holds of the training in this run folder. */
export function letGoOn(runFolder: string): void {
  mkdirSync(join(runFolder, 'control'), { recursive: true });
  writeFileSync(join(runFolder, 'control', 'go-on'), '');
}
