import type { Environment } from '@scalequest/core';
import type { LauncherChoice } from '@scalequest/train-bridge';
import { CliError } from '../errors.ts';

export interface LauncherFlags {
  readonly launcher: LauncherChoice['launcher'];
  readonly processes?: number;
  readonly rayAddress?: string;
  readonly gpusPerProcess?: number;
  readonly cpusPerProcess?: number;
  /** Each as `name=amount`. */
  readonly resource: readonly string[];
  readonly clusterPython?: string;
  readonly rayPython?: string;
}

/** Where the training is to run, from the flags. One that its launcher has no use for is a wrong request. */
export function chooseLauncher(flags: LauncherFlags, { rayAddress }: Pick<Environment, 'rayAddress'>): LauncherChoice {
  const { launcher, processes = 1 } = flags;
  if (launcher === 'ray') return chooseRay(flags, flags.rayAddress ?? rayAddress);
  const stray = Object.entries({
    '--ray-address': flags.rayAddress,
    '--gpus-per-process': flags.gpusPerProcess,
    '--cpus-per-process': flags.cpusPerProcess,
    '--resource': flags.resource[0],
    '--cluster-python': flags.clusterPython,
    '--ray-python': flags.rayPython,
  }).find(([, value]) => value !== undefined);
  if (stray !== undefined) {
    throw refuse(
      `${stray[0]} is for --launcher ray, and the launcher is ${launcher}.`,
      'Leave it out, or add --launcher ray.',
    );
  }
  if (launcher !== 'local') return { launcher, processes };
  if (processes === 1) return { launcher };
  throw refuse(
    `--processes is ${processes}, and the launcher local starts one.`,
    'Add --launcher torchrun (this machine) or --launcher ray (a cluster).',
  );
}

function chooseRay(flags: LauncherFlags, address: string | undefined): LauncherChoice {
  if (address === undefined) {
    throw refuse(
      '--launcher ray needs the address of a cluster.',
      'Give --ray-address http://HEAD:8265, or set RAY_API_SERVER_ADDRESS.',
    );
  }
  const { processes, gpusPerProcess, cpusPerProcess, rayPython } = flags;
  const resources = Object.fromEntries(flags.resource.map(readResource));
  return { launcher: 'ray', address, processes, gpusPerProcess, cpusPerProcess, rayPython, resources };
}

function readResource(text: string): readonly [string, number] {
  const [, name, amount] = /^(.+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (name !== undefined && Number(amount) > 0) return [name, Number(amount)];
  throw refuse(`--resource '${text}' is not NAME=AMOUNT.`, 'Write it as in --resource a100=1.');
}

function refuse(what: string, next: string): CliError {
  return new CliError({ code: 'BAD_OPTION', kind: 'request', what, next });
}
