import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { TrainBridgeError } from '../errors.ts';
import type { ReadyPython } from '../python/python-environment.ts';
import { choosePort } from './choose-port.ts';
import {
  type EngineSettings,
  findVllm,
  makeTransformersCommand,
  makeVllmCommand,
  type ServingEngine,
  type TransformersSettings,
} from './engine-command.ts';
import { explainServerEnd } from './explain-server-end.ts';
import { findCheckpoint, type ServedCheckpoint } from './find-checkpoint.ts';
import { type ServerEnd, type ServerProcess, startServerProcess } from './server-process.ts';

export interface ServeModelOptions
  extends Omit<EngineSettings, 'checkpoint' | 'name'>,
    Pick<TransformersSettings, 'device'> {
  /** A Hugging Face folder, a run folder of a training, a checkpoint inside one, or a GGUF file. */
  readonly checkpoint: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How clients call it. @defaultValue the name of the folder, the training or the file */
  readonly name?: string | undefined;
  /** @defaultValue 'auto': vLLM where it is installed and can serve the checkpoint, else our own server */
  readonly engine?: ServingEngine | 'auto' | undefined;
  /** Of our own server. @defaultValue 1 */
  readonly threads?: number | undefined;
  /** Longest wait until it answers, in milliseconds. @defaultValue 15 minutes */
  readonly startTimeoutMs?: number | undefined;
  /** For what is in flight when it is stopped, in milliseconds. @defaultValue 20,000 */
  readonly graceMs?: number | undefined;
  /** An interpreter beside which vLLM may stand. */
  readonly configuredPython?: string | undefined;
  /** Asked for when our own server must be started, not before. */
  readonly getPython: () => Promise<ReadyPython>;
  /** How far it is, until it answers. */
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Each line that the server writes. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Gives the start up. */
  readonly signal?: AbortSignal | undefined;
}

/** A model server that answers. */
export interface ModelServer {
  /** The base URL, with `/v1`, as others reach it. */
  readonly url: string;
  readonly port: number;
  readonly engine: ServingEngine;
  /** As clients call it. */
  readonly model: string;
  readonly task: ServedCheckpoint['task'];
  /** Of the server. */
  readonly pid: number;
  /** Most tokens of a prompt and its reply; undefined where the server does not say. */
  readonly maxContext: number | undefined;
  /** How it ended, once it has. Never rejects. */
  readonly ended: Promise<ServerEnd>;
  /** What to tell where it ended by itself. */
  readonly explainEnd: () => TrainBridgeError;
  /** Finishes what is in flight, and leaves no process behind. */
  readonly stop: (options?: { readonly abort?: AbortSignal | undefined }) => Promise<void>;
}

const defaultStartTimeoutMs = 15 * 60_000;
const defaultGraceMs = 20_000;
/** Beyond the grace, which our own server keeps to by itself. */
const mostExtraMs = 10_000;
const pollMs = 200;

/**
 * Starts a server for a checkpoint and waits until it answers.
 *
 * @throws TrainBridgeError `NO_CHECKPOINT`, `ENGINE_UNAVAILABLE`, `CANNOT_LISTEN`, `OUT_OF_MEMORY` (class oom),
 * `MODEL_SERVER_FAILED` with the last lines that the server wrote; what `getPython` throws
 * @example
 * const server = await serveModel({ checkpoint: 'runs/nano', host: '127.0.0.1', port: 0, getPython });
 * console.log(server.url); // http://127.0.0.1:40123/v1
 * await server.stop();
 */
export async function serveModel(options: ServeModelOptions): Promise<ModelServer> {
  const { host, graceMs = defaultGraceMs, signal } = options;
  const checkpoint = await findCheckpoint(options.checkpoint);
  const vllm = chooseVllm(options, checkpoint);
  const engine: ServingEngine = vllm === undefined ? 'transformers' : 'vllm';
  const name = options.name ?? checkpoint.name;
  refuseIdle(engine, options);
  // Told at once, and not when Python is set up.
  await choosePort(host, options.port);
  const python = vllm === undefined ? (await options.getPython()).python : undefined;
  const port = await choosePort(host, options.port);
  const settings = { ...options, checkpoint, name, port };
  const own = { threads: options.threads ?? 1, graceSeconds: Math.ceil(graceMs / 1000) };
  const command =
    python === undefined
      ? makeVllmCommand(vllm as string, settings)
      : makeTransformersCommand(python, { ...settings, ...own });
  signal?.throwIfAborted();
  const server = await startServerProcess(command, options.onLine);
  const describe = { server, engine, checkpoint: checkpoint.path };
  try {
    const maxContext = await waitUntilReady({ server, port, name, engine, options, describe });
    return {
      url: `http://${formatHost(isEveryAddress(host) ? hostname() : host)}:${port}/v1`,
      port,
      engine,
      model: name,
      task: checkpoint.task,
      pid: server.pid,
      maxContext,
      ended: server.ended,
      explainEnd: () => explainServerEnd(describe),
      stop: ({ abort } = {}) => server.stop({ graceMs: graceMs + Math.min(graceMs, mostExtraMs), abort }),
    };
  } catch (error) {
    await server.stop({ graceMs: 2000 });
    throw error;
  }
}

/** Of vLLM's program, where it is to serve. */
function chooseVllm(
  { engine = 'auto', configuredPython }: Pick<ServeModelOptions, 'engine' | 'configuredPython'>,
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

/** vLLM finds its device by itself, and its threads are its own. */
function refuseIdle(engine: ServingEngine, { device, threads }: ServeModelOptions): void {
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

const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.number().nullish() })),
});

interface WaitInput {
  readonly server: ServerProcess;
  readonly port: number;
  readonly name: string;
  readonly engine: ServingEngine;
  readonly options: ServeModelOptions;
  readonly describe: Parameters<typeof explainServerEnd>[0];
}

/** Until its health is good and it lists the model. @returns the length of its context, where it says it */
async function waitUntilReady(input: WaitInput): Promise<number | undefined> {
  const { server, port, name, engine, options, describe } = input;
  const { host, startTimeoutMs = defaultStartTimeoutMs, onProgress, signal } = options;
  const contact = isEveryAddress(host) ? (host === '::' ? '::1' : '127.0.0.1') : host;
  const root = `http://${formatHost(contact)}:${port}`;
  const began = performance.now();
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs = performance.now() - began) {
    signal?.throwIfAborted();
    if (server.getEnd() !== undefined) throw explainServerEnd(describe);
    const models =
      (await ask(`${root}/health`, signal)) === undefined ? undefined : await ask(`${root}/v1/models`, signal);
    const listed = modelsSchema.safeParse(models).data?.data.find(({ id }) => id === name);
    // Another program may have taken the port in between.
    if (listed !== undefined && server.getEnd() === undefined) return listed.max_model_len ?? undefined;
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

/** The body of a good answer; undefined where there is none. An empty one is `null`. */
async function ask(url: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const limits = [AbortSignal.timeout(2000), ...(signal === undefined ? [] : [signal])];
    const response = await fetch(url, { signal: AbortSignal.any(limits) });
    const text = await response.text();
    if (!response.ok) return undefined;
    return text.trim() === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** IPv6 in brackets. */
function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
