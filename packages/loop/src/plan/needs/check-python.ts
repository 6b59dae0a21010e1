import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { lookForPython } from '@scalequest/train-bridge';
import { describeError, type Finding, ok } from './need-check.ts';

const run = promisify(execFile);

/** Without the working folder on the path: a file there that is named like a module is not taken for it. */
const program = 'import torch; print(torch.__version__, torch.cuda.device_count() if torch.cuda.is_available() else 0)';

export interface CheckPythonInput {
  /** An interpreter that has what trains. @defaultValue one in the cache, which is made on first use */
  readonly configured?: string | undefined;
  readonly cacheDir: string;
  /** Whether a GPU is to train: a build of torch for processors is then of no use. */
  readonly wantsGpu: boolean;
}

/** Looks at the Python that trains, or at what would be installed. Installs nothing. */
export async function checkPython({ configured, cacheDir, wantsGpu }: CheckPythonInput): Promise<Finding> {
  let found: Awaited<ReturnType<typeof lookForPython>>;
  try {
    found = await lookForPython({ configured, cacheDir });
  } catch (error) {
    return describeError(error);
  }
  if (found.kind === 'refused') return { status: 'missing', what: found.reason, next: found.choices.join('; ') };
  if (found.kind === 'unavailable') return { status: 'missing', what: found.reason, next: found.next };
  if (found.kind === 'to-make') {
    const torch = found.requirements.find((line) => line.startsWith('torch=='));
    return {
      status: 'warn',
      what: `No Python that trains is there: it will be made in '${found.folder}'.`,
      why: `${found.requirements.length} packages, ${torch ?? 'torch'} among them, with Python ${found.facts.version}.`,
      next: wantsGpu
        ? 'Set SCALEQUEST_PYTHON to an interpreter whose torch sees the GPUs; docs/training.md has the versions.'
        : 'The first training makes it.',
    };
  }
  const { python, version } = found;
  if (!wantsGpu) return ok(`'${python}' trains (Python ${version}, torch ${found.packages.torch ?? 'of its own'}).`);
  let stdout: string;
  try {
    ({ stdout } = await run(python, ['-P', '-c', program], { timeout: 120_000 }));
  } catch (error) {
    const said = String((error as { readonly stderr?: unknown }).stderr ?? '').trim();
    return {
      status: 'missing',
      what: `'${python}' cannot say whether its torch sees a GPU.`,
      why: said === '' ? 'It said nothing within two minutes, or was ended.' : `It said: ${said.split('\n').at(-1)}`,
      next: `Try it: ${python} -c 'import torch; print(torch.cuda.device_count())'`,
    };
  }
  const [torch = '', devices = '0'] = stdout.trim().split(' ');
  if (devices !== '0') return ok(`'${python}' trains (Python ${version}, torch ${torch}, ${devices} GPUs).`);
  return {
    status: 'missing',
    what: `torch ${torch} of '${python}' sees no GPU.`,
    why: 'It is a build for processors, or the driver is not there: models of billions of weights would train far too long.',
    next: 'Set SCALEQUEST_PYTHON to an interpreter with a build of torch for GPUs, or run the loop where they are.',
  };
}
