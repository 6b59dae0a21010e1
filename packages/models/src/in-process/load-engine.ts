import type { Llama } from 'node-llama-cpp';
import { engineUnavailable } from './llama-errors.ts';

export type LlamaPackage = typeof import('node-llama-cpp');

/** The package and its binary for this machine's processor. */
export interface LlamaEngine {
  readonly llamaPackage: LlamaPackage;
  readonly llama: Llama;
}

/** How the package is loaded. Tests give a broken one. */
export type ImportLlama = () => Promise<LlamaPackage>;

let shared: Promise<LlamaEngine> | undefined;

/**
 * Loads node-llama-cpp and its prebuilt binary, once in a process: its first loading tries the binary in a process of its
 * own, which takes half a second. Nothing is built, downloaded or printed.
 *
 * @throws ModelsError `ENGINE_UNAVAILABLE`
 */
export function loadEngine(importLlama?: ImportLlama): Promise<LlamaEngine> {
  if (importLlama !== undefined) return load(importLlama);
  shared ??= load(() => import('node-llama-cpp'));
  return shared;
}

async function load(importLlama: ImportLlama): Promise<LlamaEngine> {
  try {
    const llamaPackage = await importLlama();
    const llama = await llamaPackage.getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: llamaPackage.LlamaLogLevel.disabled,
      logger: () => undefined,
      // Each context says how many threads it takes.
      maxThreads: 0,
    });
    return { llamaPackage, llama };
  } catch (error) {
    throw engineUnavailable(error);
  }
}
