import type { PythonInterpreter } from '../python/find-python.ts';
import type { BackendName } from '../types.ts';

/** What the checker is told: how to start the program host, and what that does to itself. */
export interface JudgeSettings {
  /** Starts the host; the checker adds two arguments of its own. */
  readonly command: readonly string[];
  readonly host: {
    readonly mode: BackendName;
    /** The folder that a program may write. */
    readonly work: string;
    /** What it may read beside Python's own folders. */
    readonly readable: readonly string[];
  };
  /** What tests and programs import from. */
  readonly path: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How many programs' tests may run in one process. @defaultValue 1 */
  readonly examinations?: number;
}

export interface SettingsInput {
  readonly python: PythonInterpreter;
  /** A folder of this judge alone, outside of the sandbox. */
  readonly folder: string;
}

/** A way to hold programs. */
export interface Backend {
  readonly name: BackendName;
  /** Whether each judge needs a folder on the disk. */
  readonly needsFolder: boolean;
  readonly makeSettings: (input: SettingsInput) => JudgeSettings;
}
