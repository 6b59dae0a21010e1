import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { excerpt, findProgram } from '@scalequest/core';
import type { Finding } from './need-check.ts';
import { ok } from './need-check.ts';

const run = promisify(execFile);

export interface Gpu {
  readonly name: string;
  readonly memoryBytes: number;
  readonly usedBytes: number;
}

export interface CheckGpusInput {
  /** How many the plan counts on. */
  readonly count: number;
  /** That run here, with what they want of each GPU. */
  readonly trainings: readonly { readonly step: string; readonly memoryBytes: number }[];
  /** @defaultValue `nvidia-smi` on the PATH */
  readonly listGpus?: () => Promise<readonly Gpu[] | string>;
}

/** Looks at how many GPUs this machine has, whether they are free, and whether the largest training fits each. */
export async function checkGpus(input: CheckGpusInput): Promise<Finding> {
  const { count, trainings, listGpus = askNvidiaSmi } = input;
  const gpus = await listGpus();
  const elsewhere =
    'Run the loop where they are, or have its models served elsewhere ("serve": {"way": "elsewhere", ...}).';
  if (typeof gpus === 'string') {
    return {
      status: 'missing',
      what: `No GPU was found, and the plan counts on ${count}.`,
      why: gpus,
      next: elsewhere,
    };
  }
  const [first] = gpus;
  if (first === undefined || gpus.length < count) {
    const what = `This machine has ${gpus.length} GPUs, and the plan counts on ${count}.`;
    return first === undefined
      ? { status: 'missing', what, next: elsewhere }
      : { status: 'warn', what, next: `Plan with --gpus ${gpus.length}: it takes longer.` };
  }
  const least = Math.min(...gpus.map(({ memoryBytes }) => memoryBytes));
  const unfit = trainings.filter(({ memoryBytes }) => memoryBytes > least);
  if (unfit.length > 0) {
    const most = Math.max(...unfit.map(({ memoryBytes }) => memoryBytes));
    return {
      status: 'missing',
      what: `A GPU here has ${showGigabytes(least)} GB, and ${unfit.map(({ step }) => step).join(', ')} want up to ${showGigabytes(most)} GB of each.`,
      why: 'Each GPU holds the whole model, its gradients and AdamW in float32, or its share of them where several split them.',
      next: 'Split the weights over more GPUs ("sharding": "full" in the settings of a training, and a launcher of several processes), or train where GPUs are larger.',
    };
  }
  const busy = gpus.filter(({ usedBytes }) => usedBytes > 2e9).length;
  if (busy > 0) {
    return {
      status: 'warn',
      what: `${busy} of ${gpus.length} GPUs (${first.name}) hold something already.`,
      next: '`nvidia-smi` says what; vLLM wants nine tenths of a GPU.',
    };
  }
  return ok(`${gpus.length} x ${first.name}, ${showGigabytes(least)} GB each.`);
}

const showGigabytes = (bytes: number): number => Math.round(bytes / 1e9);

/** @returns why not, as a sentence, where it does not say */
async function askNvidiaSmi(): Promise<readonly Gpu[] | string> {
  const program = findProgram('nvidia-smi');
  if (program === undefined) return "There is no program 'nvidia-smi' on the PATH.";
  try {
    const fields = ['name', 'memory.total', 'memory.used'].join(',');
    const { stdout } = await run(program, [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'], {
      timeout: 30_000,
    });
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    const gpus = lines.map((line) => {
      const [name = '', total, used] = line.split(',').map((part) => part.trim());
      // It counts in MiB.
      return { name, memoryBytes: Number(total) * 2 ** 20, usedBytes: Number(used) * 2 ** 20 };
    });
    // `[N/A]` where a GPU shares the memory of its processor.
    const unread = gpus.findIndex(({ memoryBytes, usedBytes }) => !Number.isFinite(memoryBytes + usedBytes));
    return unread < 0 ? gpus : `'nvidia-smi' does not say how much memory there is: '${excerpt(lines[unread] ?? '')}'.`;
  } catch (error) {
    return `'nvidia-smi' failed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
  }
}
