import { TrainBridgeError } from '../errors.ts';
import { findVllm, type ServingEngine } from './engine-command.ts';
import type { ServedCheckpoint } from './find-checkpoint.ts';

export interface EngineChoice {
  /** @defaultValue 'auto': vLLM where it is installed and can serve the checkpoint, else our own server */
  readonly engine?: ServingEngine | 'auto' | undefined;
  /** An interpreter beside which vLLM may stand. */
  readonly configuredPython?: string | undefined;
}

/**
 * The program of vLLM, where it is to serve; undefined where our own server is.
 *
 * @throws TrainBridgeError `ENGINE_UNAVAILABLE`
 */
export function chooseVllm(
  { engine = 'auto', configuredPython }: EngineChoice,
  { kind, path }: ServedCheckpoint,
): string | undefined {
  if (engine === 'transformers' || (engine === 'auto' && kind === 'gguf')) return undefined;
  const found = findVllm(configuredPython);
  if (engine === 'auto') return found;
  if (found !== undefined && kind === 'folder') return found;
  throw new TrainBridgeError({
    code: 'ENGINE_UNAVAILABLE',
    kind: 'request',
    what: kind === 'gguf' ? `vLLM cannot serve '${path}' here.` : 'vLLM is not installed.',
    why:
      kind === 'gguf'
        ? 'It is a GGUF file, and vLLM wants a Hugging Face folder.'
        : "No program 'vllm' stands on PATH, nor beside the configured Python.",
    next:
      kind === 'gguf'
        ? 'Serve the Hugging Face folder beside it, or give --engine transformers.'
        : 'Install it (`pip install vllm`) and put it on PATH, or give --engine transformers.',
    fields: { engine, path },
  });
}

/** vLLM finds its device by itself, and its threads are its own. @throws TrainBridgeError `ENGINE_UNAVAILABLE` */
export function refuseIdle(
  engine: ServingEngine,
  { device, threads }: { readonly device?: unknown; readonly threads?: unknown },
): void {
  const idle = [...(device === undefined ? [] : ['--device']), ...(threads === undefined ? [] : ['--threads'])];
  if (engine === 'transformers' || idle.length === 0) return;
  throw new TrainBridgeError({
    code: 'ENGINE_UNAVAILABLE',
    kind: 'request',
    what: `${idle.join(', ')} cannot act on vLLM, which serves here.`,
    next: `Leave ${idle.length === 1 ? 'it' : 'them'} out, or give --engine transformers.`,
    fields: { engine, idle },
  });
}
