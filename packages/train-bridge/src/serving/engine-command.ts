import { delimiter, dirname } from 'node:path';
import { findProgram } from '@scalequest/core';
import { makeKeylessEnvironment } from '../python/make-keyless-environment.ts';
import { pythonFolder } from '../worker-files.ts';
import type { ServedCheckpoint } from './find-checkpoint.ts';

/** What runs a model behind HTTP: vLLM, or our own server over transformers. */
export type ServingEngine = 'vllm' | 'transformers';

/** The modules that our own server imports, and with them all that those need. */
export const servingModules: readonly string[] = [
  'torch',
  'transformers',
  'tokenizers',
  'safetensors',
  'numpy',
  'psutil',
  'jinja2',
];

export interface EngineSettings {
  readonly checkpoint: ServedCheckpoint;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Most tokens of a prompt and its reply. @defaultValue the model's */
  readonly maxContext?: number | undefined;
  /** Samples that are written at once. @defaultValue the engine's */
  readonly maxBatch?: number | undefined;
  /** @defaultValue the engine's choice */
  readonly dtype?: 'auto' | 'float32' | 'bfloat16' | 'float16' | undefined;
  /** For the engine as they are, behind all others. */
  readonly extraArgs?: readonly string[] | undefined;
  /** As CUDA_VISIBLE_DEVICES has them, such as `0,1`. @defaultValue what the environment says */
  readonly gpus?: string | undefined;
}

export interface TransformersSettings {
  readonly device?: 'auto' | 'cpu' | 'cuda' | undefined;
  readonly threads: number;
  /** Seconds for what is in flight when it is stopped. */
  readonly graceSeconds: number;
}

/** A program with its arguments and its environment. */
export interface EngineCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where vLLM's program stands: beside the configured Python, else on PATH. */
export function findVllm(python?: string): string | undefined {
  return findProgram('vllm', python?.includes('/') === true ? [dirname(python)] : []);
}

/** `vllm serve`. By default vLLM samples as the model's own `generation_config.json` says; here a request alone says it. */
export function makeVllmCommand(vllm: string, settings: EngineSettings): EngineCommand {
  const { checkpoint, name, host, port, maxContext, maxBatch, dtype, extraArgs = [] } = settings;
  const args = [
    ...['serve', checkpoint.path, '--host', host, '--port', String(port)],
    ...['--served-model-name', name, '--generation-config', 'vllm'],
    ...(checkpoint.task === 'classify' ? ['--runner', 'pooling', '--convert', 'classify'] : []),
    ...(maxContext === undefined ? [] : ['--max-model-len', String(maxContext)]),
    ...(maxBatch === undefined ? [] : ['--max-num-seqs', String(maxBatch)]),
    ...(dtype === undefined ? [] : ['--dtype', dtype]),
    ...extraArgs,
  ];
  return { command: vllm, args, env: makeKeylessEnvironment(chooseGpus(settings)) };
}

/** `python -m sq_train.serve`, from its source. */
export function makeTransformersCommand(
  python: string,
  settings: EngineSettings & TransformersSettings,
): EngineCommand {
  const { checkpoint, name, host, port, maxContext, maxBatch, dtype, device, threads, graceSeconds } = settings;
  const args = [
    ...['-m', 'sq_train.serve', checkpoint.path, '--host', host, '--port', String(port)],
    ...['--served-model-name', name, '--threads', String(threads), '--grace', String(graceSeconds)],
    ...(maxContext === undefined ? [] : ['--max-context', String(maxContext)]),
    ...(maxBatch === undefined ? [] : ['--max-batch', String(maxBatch)]),
    ...(dtype === undefined ? [] : ['--dtype', dtype]),
    ...(device === undefined ? [] : ['--device', device]),
    ...(settings.extraArgs ?? []),
  ];
  const inherited = makeKeylessEnvironment();
  const env = makeKeylessEnvironment({
    PYTHONPATH: [pythonFolder, ...(inherited.PYTHONPATH ? [inherited.PYTHONPATH] : [])].join(delimiter),
    // A file of the working folder that is named like a module is not taken for it.
    PYTHONSAFEPATH: '1',
    PYTHONUNBUFFERED: '1',
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    ...chooseGpus(settings),
  });
  return { command: python, args, env };
}

function chooseGpus({ gpus }: EngineSettings): Readonly<Record<string, string>> {
  return gpus === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpus };
}
