import { availableParallelism } from 'node:os';
import { readEnvironment } from '@scalequest/core';
import type { TrainAccess } from '@scalequest/loop';
import { requirePython } from '@scalequest/train-bridge';
import { describeVersions } from './versions.ts';

export interface TrainAccessOptions {
  /** The interpreter that the configuration file names. */
  readonly python: string | undefined;
  /** The command line, for model cards. */
  readonly command: string;
  readonly say: (text: string) => void;
  readonly stop: AbortSignal;
}

/** What the trainings of a loop run with. Python is looked for, and set up, once for all of them, when the first one wants it. */
export async function openTrainAccess({ python, command, say, stop }: TrainAccessOptions): Promise<TrainAccess> {
  const environment = readEnvironment();
  let found: ReturnType<typeof requirePython> | undefined;
  const getPython = async (): ReturnType<typeof requirePython> => {
    found ??= requirePython({
      configured: environment.python ?? python,
      cacheDir: environment.cacheDir,
      onProgress: say,
      signal: stop,
    });
    return await found;
  };
  return { getPython, command, versions: await describeVersions() };
}

/** Two where there are two cores: a training takes one. */
export function chooseParallel(): number {
  return Math.min(2, availableParallelism());
}
