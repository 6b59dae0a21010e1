import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeVllmBehaviour {
  /** Writes these lines and ends with 1, before it listens. */
  readonly dies?: readonly string[];
  /** Answers, and its health is never good. */
  readonly neverReady?: boolean;
  readonly ignoresTerm?: boolean;
  /** What it starts outlives it, and takes no SIGTERM. */
  readonly engineStays?: boolean;
}

/** A `vllm` in the folder `bin`. */
export interface FakeVllm {
  readonly bin: string;
  /** What was started: with which arguments and GPUs, as which process, and which process each started itself. */
  readonly readStarts: () => readonly {
    readonly args: readonly string[];
    readonly gpus: string | null;
    readonly pid: number;
    readonly engine: number;
  }[];
}

/** Puts a program in place that behaves as vLLM would, over real HTTP. At SIGUSR2 its engine dies, and it ends with 1. */
export function makeFakeVllm(folder: string, behaviour: FakeVllmBehaviour = {}): FakeVllm {
  const bin = join(folder, 'bin');
  const log = join(folder, 'vllm.jsonl');
  const script = join(import.meta.dirname, 'fake-vllm.mjs');
  const path = join(bin, 'vllm');
  mkdirSync(bin, { recursive: true });
  const json = JSON.stringify({ log, ...behaviour });
  writeFileSync(path, `#!/bin/sh\nFAKE_VLLM='${json}' exec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(path, 0o755);
  return {
    bin,
    readStarts: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
  };
}

/** A folder with a configuration, which is all of a checkpoint that is read before the server. */
export function makeCheckpointFolder(path: string, architecture = 'LlamaForCausalLM'): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify({ architectures: [architecture] }));
  return path;
}

/** Processes of a group that have not ended, as the system's own table has them. */
export function listGroup(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => readGroup(one) === pid);
}

/** Whether a process has not ended. */
export function isRunning(pid: number): boolean {
  return readGroup(pid) !== undefined;
}

function readGroup(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}
