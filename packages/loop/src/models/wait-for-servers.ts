import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, quoteForShell } from '@scalequest/core';
import { createOpenAiClient } from '@scalequest/models';
import { cleanEndpointsFile } from '@scalequest/train-bridge';
import type { ServeElsewhere } from '../config/loop-config.ts';
import type { StepContext } from '../engine/step.ts';
import { type CheckpointToServe, followFile, type ModelServers } from './model-servers.ts';

/**
 * Waits until somebody serves a checkpoint on another machine: says the command, and looks into the file of endpoints that it
 * writes until one of them answers for the model. Servers may come and go from then on.
 */
export async function waitForServers(
  wanted: CheckpointToServe,
  { serve, context }: { readonly serve: ServeElsewhere; readonly context: StepContext },
): Promise<ModelServers> {
  const { key, name } = wanted;
  const { stop, tell, say } = context;
  const file = join(resolve(serve.folder), nameEndpointsFile(wanted));
  await makeFolder(resolve(serve.folder));
  await cleanEndpointsFile(file, { signal: stop });
  const servers = await followFile(file, say);
  let isTold = false;
  try {
    while (!(await doesOneAnswer(servers, name))) {
      if (!isTold) say(`'${key}' must be served. On a machine with a GPU run:\n  ${writeServeCommand(wanted, file)}`);
      isTold = true;
      tell(`waits for a server of '${key}' in ${file}`);
      await sleep((serve.pollSeconds ?? 5) * 1000, undefined, { signal: stop });
    }
  } catch (error) {
    await servers.close();
    stop.throwIfAborted();
    throw error;
  }
  return {
    where: servers.where,
    close: async () => {
      await servers.close();
      say(`'${key}' is asked no more by this step; its servers may be stopped.`);
    },
  };
}

/** Loops that share the folder have models of one name, each behind servers of its own. */
function nameEndpointsFile({ key, sha256 }: CheckpointToServe): string {
  return sha256 === undefined ? `${key}.txt` : `${key}-${sha256.slice(0, 8)}.txt`;
}

async function doesOneAnswer({ where }: ModelServers, name: string): Promise<boolean> {
  const { endpoints = [] } = where;
  const listed = 'endpoints' in endpoints ? endpoints.endpoints : endpoints;
  if (listed.length === 0) return false;
  const client = createOpenAiClient({ model: name, endpoints: [...listed] });
  try {
    const found = await Promise.all(listed.map(({ baseUrl }) => client.listModels(baseUrl)));
    return found.some((models) => models?.some(({ id }) => id === name) === true);
  } finally {
    await client.close();
  }
}

/** What is typed on the machine that serves. */
export function writeServeCommand({ checkpoint, name, settings }: CheckpointToServe, file: string): string {
  const { engine, args = [], gpus, maxContext, maxBatch } = settings;
  const words = [
    ...['scalequest', 'serve', 'model', resolve(checkpoint), '--name', name, '--host', '0.0.0.0', '--register', file],
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(maxContext === undefined ? [] : ['--max-context', String(maxContext)]),
    ...(maxBatch === undefined ? [] : ['--max-batch', String(maxBatch)]),
    ...(args.length === 0 ? [] : ['--', ...args]),
  ];
  const before = gpus === undefined ? '' : `CUDA_VISIBLE_DEVICES=${gpus} `;
  return before + words.map(quoteForShell).join(' ');
}
