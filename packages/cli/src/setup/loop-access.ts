import { availableParallelism } from 'node:os';
import { readEnvironment } from '@scalequest/core';
import type { LoopAccess } from '@scalequest/loop';
import { requirePython } from '@scalequest/train-bridge';
import type { ConfigurationFile } from './configuration-file.ts';
import { getHubOptions } from './locate-data.ts';
import { ownLoop } from './open-loop.ts';
import { describeVersions } from './versions.ts';

export interface LoopAccessOptions {
  readonly file: Pick<ConfigurationFile, 'python' | 'dataDir'>;
  /** The command line, for model cards. */
  readonly command: string;
  /** @defaultValue no bound */
  readonly maxCost?: number | undefined;
  readonly say: (text: string) => void;
  readonly stop: AbortSignal;
}

/** What a loop runs with. Python is looked for, and set up, once for all of them, when the first one wants it. */
export async function openLoopAccess({ file, command, maxCost, say, stop }: LoopAccessOptions): Promise<LoopAccess> {
  const environment = readEnvironment();
  const { cacheDir } = environment;
  const python = environment.python ?? file.python;
  const dataDir = environment.dataDir ?? file.dataDir;
  let found: ReturnType<typeof requirePython> | undefined;
  const getPython = async (): ReturnType<typeof requirePython> => {
    found ??= requirePython({
      configured: python,
      cacheDir,
      onProgress: say,
      signal: stop,
    });
    return await found;
  };
  return {
    ...{ getPython, command, cacheDir, versions: await describeVersions(), hub: getHubOptions(environment) },
    // A configuration names the variables of its keys.
    environment: process.env,
    ...(python === undefined ? {} : { python }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(maxCost === undefined ? {} : { maxCost }),
  };
}

/**
 * How many steps are at work at once where nobody says. Of `nano` two where there are two cores: a training takes one. The steps of
 * the others have the GPUs of a machine to themselves: two trainings, or a training and a server, would meet on the first.
 */
export function chooseParallel(loop: string): number {
  return loop === ownLoop ? Math.min(2, availableParallelism()) : 1;
}
