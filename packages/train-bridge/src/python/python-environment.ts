/** What the set-up of Python came to. Only `ready` can train; the others say why and what to do, and leave nothing. */
export type PythonEnvironment = ReadyPython | RefusedPython | UnavailablePython;

export interface ReadyPython {
  readonly kind: 'ready';
  /** The interpreter. */
  readonly python: string;
  readonly origin: 'configured' | 'made' | 'kept';
  /** Such as `3.11.7`. */
  readonly version: string;
  readonly packages: Readonly<Record<string, string>>;
}

/** It could be installed, but what would come is not ours to choose. */
export interface RefusedPython {
  readonly kind: 'refused';
  readonly reason: string;
  /** Ways on, of which the user takes one. */
  readonly choices: readonly string[];
}

export interface UnavailablePython {
  readonly kind: 'unavailable';
  readonly cause: 'configured' | 'no-python' | 'no-venv' | 'no-network' | 'install';
  readonly reason: string;
  readonly next: string;
}
