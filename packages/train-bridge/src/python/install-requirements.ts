import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RefusedPython, UnavailablePython } from './python-environment.ts';
import { findGpuPackages, type PlannedPackage, readPipReport } from './read-pip-report.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

export interface InstallRequirementsInput {
  /** The command that is pip, for an environment that is empty yet. */
  readonly pip: readonly [string, ...string[]];
  /** For pip's report and list. */
  readonly folder: string;
  readonly requirements: string;
  readonly allowGpuPackages: boolean;
  readonly onProgress: ((line: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks pip what would come, looks at it, and installs exactly that: torch first, since all else is useless without it,
 * then the rest.
 *
 * @returns why not, where nothing usable was installed
 */
export async function installRequirements(
  input: InstallRequirementsInput,
): Promise<RefusedPython | UnavailablePython | undefined> {
  const { folder, requirements, allowGpuPackages, onProgress, signal } = input;
  const report = join(folder, 'pip-report.json');
  const pip = async (...args: readonly string[]): Promise<ProgramResult> =>
    await runProgram([...input.pip, '--disable-pip-version-check', '--no-input', 'install', ...args], {
      signal,
      onLine: (line) => {
        // The small ones come by the dozen.
        if (/^Downloading .*[MG]B\)$/.test(line.trim())) onProgress?.(`pip: ${line.trim()}`);
      },
    });
  onProgress?.('Asking pip what would be installed; nothing is installed yet.');
  const asked = await pip('--dry-run', '--ignore-installed', '--report', report, '-r', requirements);
  if (asked.code !== 0) return explainFailure(asked);
  const planned = readPipReport(await readFile(report, 'utf8'));
  const gpu = findGpuPackages(planned);
  if (gpu.length > 0 && !allowGpuPackages) return refuse(gpu);

  const torch = planned.filter(({ name }) => name.toLowerCase() === 'torch');
  const rest = planned.filter(({ name }) => name.toLowerCase() !== 'torch');
  for (const [title, packages] of [
    ['torch', torch],
    [`${rest.length} more packages`, rest],
  ] as const) {
    if (packages.length === 0) continue;
    onProgress?.(`Installing ${title === 'torch' ? `torch ${packages[0]?.version}` : title}.`);
    const list = join(folder, 'install.txt');
    await writeFile(list, packages.map(({ name, version }) => `${name}==${version}\n`).join(''));
    // What was looked at and nothing else: no package may bring another along. Nothing is compiled beforehand, since most
    // modules are never imported.
    const installed = await pip('--no-deps', '--no-compile', '-r', list);
    if (installed.code !== 0) return explainFailure(installed);
  }
  return undefined;
}

function refuse(gpu: readonly PlannedPackage[]): RefusedPython {
  const some = gpu.slice(0, 3).map(({ name, version }) => `${name} ${version}`);
  const others = gpu.length > some.length ? ` and ${gpu.length - some.length} more` : '';
  return {
    kind: 'refused',
    reason: `Setting up Python would install torch for GPUs (${some.join(', ')}${others}), several gigabytes. Nothing was installed.`,
    choices: [
      'An environment of your own: set SCALEQUEST_PYTHON to its interpreter.',
      'The small build for processors: set PIP_EXTRA_INDEX_URL to an index that has it (pytorch.org names them, for example https://download.pytorch.org/whl/cpu) and run the command again.',
      'The build for GPUs, as it would come: run the command again with --allow-gpu-packages.',
    ],
  };
}

function explainFailure({ stderr, stdout, startFailure }: ProgramResult): UnavailablePython {
  const failure = startFailure === 'ETIMEDOUT' ? 'It took longer than half an hour.' : startFailure;
  const text = `${stdout}\n${stderr}`;
  const isNetwork =
    /NewConnectionError|Temporary failure in name resolution|Connection (refused|reset)|ConnectTimeout|ReadTimeout|ProxyError|Network is unreachable|No route to host|getaddrinfo/i.test(
      text,
    );
  const error = text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => /error/i.test(line));
  return isNetwork
    ? {
        kind: 'unavailable',
        cause: 'no-network',
        reason: 'Python packages cannot be installed: the package index was not reached.',
        next: 'Check the network and the settings of pip (`pip config list`), or set SCALEQUEST_PYTHON to an interpreter that has torch.',
      }
    : {
        kind: 'unavailable',
        cause: 'install',
        reason: `pip could not install the packages. ${failure ?? error ?? 'It gave no reason.'}`,
        next: 'Correct the settings of pip (`pip config list`), or set SCALEQUEST_PYTHON to an interpreter that has torch.',
      };
}
