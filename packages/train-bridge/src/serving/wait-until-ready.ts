import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { TrainBridgeError } from '../errors.ts';
import { formatHost, isEveryAddress } from './address.ts';
import type { ServingEngine } from './engine-command.ts';
import { explainServerEnd } from './explain-server-end.ts';
import type { ServerProcess } from './server-process.ts';

const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.number().nullish() })),
});

export interface WaitUntilReadyInput {
  readonly server: ServerProcess;
  readonly engine: ServingEngine;
  /** For errors. */
  readonly checkpoint: string;
  /** That it must list. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly startTimeoutMs: number;
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pollMs = 200;

/**
 * Waits until the health of a server is good and it lists the model.
 *
 * @returns the length of its context, where it says it
 * @throws TrainBridgeError `MODEL_SERVER_FAILED`, `OUT_OF_MEMORY`
 */
export async function waitUntilReady(input: WaitUntilReadyInput): Promise<number | undefined> {
  const { server, engine, name, host, port, startTimeoutMs, onProgress, signal } = input;
  const contact = isEveryAddress(host) ? (host === '::' ? '::1' : '127.0.0.1') : host;
  const root = `http://${formatHost(contact)}:${port}`;
  const began = performance.now();
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs = performance.now() - began) {
    signal?.throwIfAborted();
    if (server.getEnd() !== undefined) throw explainServerEnd(input);
    const isHealthy = (await ask(`${root}/health`, signal))?.isGood === true;
    const models = isHealthy ? await ask(`${root}/v1/models`, signal) : undefined;
    const listed = modelsSchema.safeParse(models?.body).data?.data.find(({ id }) => id === name);
    // Another program may have taken the port in between.
    if (server.getEnd() === undefined) {
      if (listed !== undefined) return listed.max_model_len ?? undefined;
      // It has a key of its own, as by `-- --api-key`, and is ready for those who know it.
      if (models?.status === 401) return undefined;
    }
    const line = server.getLastLines().at(-1);
    const last = line === undefined ? '' : ` · ${line.slice(0, 100)}`;
    onProgress?.(`${engine} loads ${name}: ${Math.floor(waitedMs / 1000)} s${last}`);
    await Promise.race([server.ended, sleep(pollMs, undefined, { ...(signal === undefined ? {} : { signal }) })]);
  }
  throw new TrainBridgeError({
    code: 'MODEL_SERVER_FAILED',
    what: `The server did not answer within ${Math.round(startTimeoutMs / 1000)} s, and was stopped.`,
    why: `The last that it wrote:\n${server.getLastLines().slice(-10).join('\n')}`,
    next: 'Give it more time with --start-timeout, or look at what it waits for.',
    fields: { engine, startTimeoutMs },
  });
}

interface Answer {
  readonly status: number;
  readonly isGood: boolean;
  /** Of a good one: JSON. */
  readonly body?: unknown;
}

/** @returns undefined where there is no answer */
async function ask(url: string, signal: AbortSignal | undefined): Promise<Answer | undefined> {
  try {
    const limits = [AbortSignal.timeout(2000), ...(signal === undefined ? [] : [signal])];
    const response = await fetch(url, { signal: AbortSignal.any(limits) });
    const text = await response.text();
    const { status, ok: isGood } = response;
    return isGood && text.trim() !== '' ? { status, isGood, body: JSON.parse(text) } : { status, isGood };
  } catch {
    return undefined;
  }
}
