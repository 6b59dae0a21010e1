import { requirePython, serveModel, servingModules } from '@scalequest/train-bridge';
import type { StepContext } from '../engine/step.ts';
import type { CheckpointToServe, ModelServers } from './model-servers.ts';
import type { SpendingBound } from './spending.ts';

/** What serving needs beside its settings. */
export interface ServeAccess {
  /** An interpreter that can serve, and beside which vLLM may stand. @defaultValue one that is set up on first use */
  readonly python?: string | undefined;
  readonly cacheDir: string;
  /** Where the keys of given models are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What models that are paid for may cost. @defaultValue not bounded */
  readonly spending?: SpendingBound | undefined;
}

/** Serves a checkpoint as a child of this process. After `kill -9` of this process it ends as well. */
export async function serveHere(
  { key, checkpoint, name, settings }: CheckpointToServe,
  {
    access: { python, cacheDir },
    context: { stop, tell, say },
    onEnd,
  }: { readonly access: ServeAccess; readonly context: StepContext; readonly onEnd: (error: Error) => void },
): Promise<ModelServers> {
  const { engine, args, gpus, maxContext, maxBatch, startTimeoutSeconds } = settings;
  let isAsked = true;
  const server = await serveModel({
    ...{ checkpoint, name, engine, gpus, maxContext, maxBatch, host: '127.0.0.1', port: 0 },
    ...{ extraArgs: args, configuredPython: python, signal: stop },
    startTimeoutMs: startTimeoutSeconds === undefined ? undefined : startTimeoutSeconds * 1000,
    getPython: () =>
      requirePython({ configured: python, cacheDir, modules: servingModules, onProgress: say, signal: stop }),
    onProgress: (text) => tell(`${key}: ${text}`),
  });
  void server.ended.then(() => {
    if (isAsked) onEnd(server.explainEnd());
  });
  return {
    where: { baseUrls: [server.url] },
    close: async () => {
      isAsked = false;
      await server.stop();
    },
  };
}
