import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import { getSystemErrorCode, type Secret } from '@scalequest/core';
import { Admission } from './admission.ts';
import { checkAddress } from './check-address.ts';
import { createApp } from './create-app.ts';
import { VerifierServerError } from './errors.ts';
import { createItemsJudge } from './items-judge.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { makeOpenApiDocument } from './openapi.ts';
import { resolveLimits, type ServerLimits } from './server-limits.ts';

export interface VerifierServerOptions extends Partial<ServerLimits> {
  /**
   * The address to listen on. One that other machines reach needs a token, or `allowPublic`.
   *
   * @defaultValue '127.0.0.1'
   */
  readonly host?: string;
  /**
   * `0` takes a free one.
   *
   * @defaultValue 0
   */
  readonly port?: number;
  /** What clients send as `Authorization: Bearer ...` to be judged and to read the metrics. @defaultValue none */
  readonly token?: Secret | undefined;
  /** Whether other machines may use a server without a token. @defaultValue false */
  readonly allowPublic?: boolean;
  /** The version that the OpenAPI document names. @defaultValue '0.0.0' */
  readonly version?: string;
  /** Told of faults of the server itself, of which a client sees only 500 and `INTERNAL`. @defaultValue nobody is told */
  readonly onFault?: (error: unknown) => void;
  /** The module whose default export verifies a batch, as a file URL. @defaultValue the worker of this package */
  readonly workerFile?: string;
}

export interface CloseOptions {
  /** Gives up what is in flight, too: its connections end without an answer. */
  readonly signal?: AbortSignal;
}

/** A server that listens. */
export interface VerifierServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, answers those that are in flight, and ends the workers. */
  readonly close: (options?: CloseOptions) => Promise<void>;
}

/** How long a server that stops waits for a head that has begun, in milliseconds. */
const halfHeadMs = 500;

/**
 * Starts the verifier as an HTTP server. It listens, and its first worker is up, when the promise resolves.
 *
 * @example
 * await using server = await createVerifierServer({ port: 8123 });
 * // POST http://127.0.0.1:8123/verify {"items": [{"reference": "1/2", "candidate": "0.5"}]}
 * // -> {"items": [{"verdict": "equal", "reward": 1, "rule": "number"}]}
 */
export async function createVerifierServer(options: VerifierServerOptions = {}): Promise<VerifierServer> {
  const { host = '127.0.0.1', port = 0, token, allowPublic = false, version = '0.0.0', workerFile } = options;
  const { onFault = () => undefined } = options;
  checkAddress({ host, hasToken: token !== undefined, allowPublic });
  const limits = resolveLimits(options);
  const admission = new Admission(limits);
  const judge = createItemsJudge({ ...limits, workerFile, onJudged: (judged) => metrics.countItem(judged) });
  const metrics: Metrics = createMetrics({
    getWaiting: () => admission.waiting,
    getStatistics: judge.getStatistics,
  });
  let isStopping = false;
  const { app, countActive } = createApp({
    limits,
    token,
    admission,
    judge,
    metrics,
    document: makeOpenApiDocument({ version, hasToken: token !== undefined, ...limits }),
    isStopping: () => isStopping,
    onFault,
  });
  try {
    await judge.start();
    // By its name Fastify would open a server of its own for every further address of localhost, out of our hands.
    const { address } = await lookup(host);
    await app.listen({ host: address, port });
  } catch (error) {
    await Promise.all([app.close(), judge.close()]);
    throw asListenError(error, { host, port });
  }
  const close = async ({ signal }: CloseOptions = {}): Promise<void> => {
    isStopping = true;
    const endConnections = (): void => app.server.closeAllConnections();
    // Half a head is no request, and Node watches over it no more.
    const watch = setInterval(() => countActive() === 0 && endConnections(), halfHeadMs);
    signal?.addEventListener('abort', endConnections, { once: true });
    const closed = app.close();
    if (signal?.aborted === true) endConnections();
    await closed;
    clearInterval(watch);
    signal?.removeEventListener('abort', endConnections);
    await judge.close();
  };
  const { port: taken } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    port: taken,
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens there.',
  EACCES: 'This user may not listen there.',
  EADDRNOTAVAIL: 'This machine does not have that address.',
  ENOTFOUND: 'That name is not known.',
  EAI_AGAIN: 'That name cannot be looked up now.',
};

function asListenError(error: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown {
  const reason = reasons[getSystemErrorCode(error) ?? ''];
  if (reason === undefined) return error;
  return new VerifierServerError({
    code: 'CANNOT_LISTEN',
    kind: 'request',
    what: `The server cannot listen on ${host}, port ${port}.`,
    why: reason,
    next: 'Give another --port (0 takes a free one) or --host.',
    fields: { host, port },
    cause: error,
  });
}
