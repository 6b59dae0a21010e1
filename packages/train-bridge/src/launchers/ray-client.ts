import { setTimeout as sleep } from 'node:timers/promises';
import { excerpt, type Secret } from '@scalequest/core';
import { z } from 'zod';
import { TrainBridgeError } from '../errors.ts';
import { callOverHttp, type HttpReply } from './call-over-http.ts';

export interface RayClientOptions {
  /** Of the dashboard: `http://head:8265`. */
  readonly address: string;
  /** Sent as the bearer token, for a cluster with `RAY_AUTH_MODE=token`. */
  readonly token?: Secret | undefined;
  /** How long a call is tried again where the network fails. @defaultValue 90,000 */
  readonly patienceMs?: number | undefined;
}

/** A job as the cluster tells it. */
export interface RayJob {
  readonly status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  readonly message?: string | null | undefined;
  readonly error_type?: string | null | undefined;
  readonly driver_exit_code?: number | null | undefined;
}

export interface RayJobRequest {
  readonly submission_id: string;
  /** A shell command. */
  readonly entrypoint: string;
  readonly runtime_env: { readonly env_vars: Readonly<Record<string, string>> };
  readonly metadata: Readonly<Record<string, string>>;
  readonly entrypoint_num_cpus?: number;
  readonly entrypoint_num_gpus?: number;
  readonly entrypoint_resources?: Readonly<Record<string, number>>;
}

const versionSchema = z.object({ ray_version: z.string() });
const logsSchema = z.object({ logs: z.string() });
const jobSchema: z.ZodType<RayJob> = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  error_type: z.string().nullish(),
  driver_exit_code: z.int().nullish(),
});

/** The job server of a Ray head, over HTTP. Calls are tried again where the network fails; each may be made twice. */
export interface RayClient {
  /** @throws TrainBridgeError `CLUSTER_UNREACHABLE`, `CLUSTER_REFUSED`; so do the others */
  readVersion(): Promise<string>;
  /** A second call with the same `submission_id` changes nothing. */
  submit(request: RayJobRequest): Promise<void>;
  /** Undefined where the cluster knows no such job. */
  readJob(id: string): Promise<RayJob | undefined>;
  readLogs(id: string): Promise<string>;
  stop(id: string): Promise<void>;
}

export function createRayClient({ address, token, patienceMs = 90_000 }: RayClientOptions): RayClient {
  const base = address.replace(/\/+$/, '');
  const headers = { ...(token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` }) };

  async function call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<HttpReply> {
    const end = Date.now() + patienceMs;
    for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 15_000)) {
      try {
        const reply = await callOverHttp({ method, url: `${base}${path}`, headers, body, timeoutMs: 30_000 });
        if (reply.status === 401 || reply.status === 403) throw refuseToken(base, reply.status, token !== undefined);
        if (![502, 503, 504].includes(reply.status) || Date.now() + waitMs > end) return reply;
      } catch (error) {
        if (error instanceof TrainBridgeError) throw error;
        if (Date.now() + waitMs > end) throw explainUnreachable(base, error);
      }
      await sleep(waitMs);
    }
  }

  function read<T>(schema: z.ZodType<T>, { status, text }: HttpReply, what: string): T {
    const body = status === 200 ? schema.safeParse(parseJson(text)) : undefined;
    if (body?.success) return body.data;
    throw new TrainBridgeError({
      code: 'CLUSTER_REFUSED',
      what: `The Ray cluster at ${base} did not answer as a job server does when it was asked for ${what}.`,
      // Ray answers with a traceback, whose last line says what happened.
      why: `Status ${status}: ${excerpt((token?.redact(text) ?? text).trim().split('\n').at(-1) ?? '')}`,
      next: 'Give the address of its dashboard, such as http://head:8265.',
      fields: { address: base, status },
    });
  }

  const nameJob = (id: string): string => `/api/jobs/${encodeURIComponent(id)}`;
  const client: RayClient = {
    async readVersion() {
      return read(versionSchema, await call('GET', '/api/version'), 'its version').ray_version;
    },
    async submit(request) {
      const end = Date.now() + patienceMs;
      for (;;) {
        const reply = await call('POST', '/api/jobs/', request);
        if (reply.status === 200) return;
        // A call whose answer was lost has begun the job, and Ray refuses its name when it comes again.
        if ((await client.readJob(request.submission_id)) !== undefined) return;
        // Status 500 also means that the head is not ready yet.
        if (reply.status !== 500 || Date.now() > end) return void read(z.never(), reply, 'a job');
        await sleep(2000);
      }
    },
    async readJob(id) {
      const reply = await call('GET', nameJob(id));
      return reply.status === 404 ? undefined : read(jobSchema, reply, `job ${id}`);
    },
    async readLogs(id) {
      const reply = await call('GET', `${nameJob(id)}/logs`);
      return reply.status === 404 ? '' : read(logsSchema, reply, `the log of job ${id}`).logs;
    },
    async stop(id) {
      const reply = await call('POST', `${nameJob(id)}/stop`);
      if (reply.status !== 404) read(z.unknown(), reply, `the end of job ${id}`);
    },
  };
  return client;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseToken(address: string, status: number, isGiven: boolean): TrainBridgeError {
  return new TrainBridgeError({
    code: 'CLUSTER_REFUSED',
    kind: 'request',
    what: `The Ray cluster at ${address} asks for a token.`,
    why: isGiven ? `It answered ${status} to the one that it was sent.` : `It answered ${status}, and none was sent.`,
    next: 'Set RAY_AUTH_TOKEN, or RAY_AUTH_TOKEN_PATH to a file with it.',
    fields: { address, status },
  });
}

function explainUnreachable(address: string, error: unknown): TrainBridgeError {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return new TrainBridgeError({
    code: 'CLUSTER_UNREACHABLE',
    what: `The Ray cluster at ${address} does not answer.`,
    why: excerpt(reason),
    next: 'Check that its head runs and that --ray-address is that of its dashboard. A training that has begun there goes on: the same command follows it.',
    fields: { address },
    cause: error,
  });
}
