import { hostname } from 'node:os';
import type { TrainBridgeError } from '../errors.ts';
import type { ReadyPython } from '../python/python-environment.ts';
import { formatHost, isEveryAddress } from './address.ts';
import { chooseVllm, type EngineChoice, refuseIdle } from './choose-engine.ts';
import { choosePort } from './choose-port.ts';
import {
  type EngineSettings,
  makeTransformersCommand,
  makeVllmCommand,
  type ServingEngine,
  type TransformersSettings,
} from './engine-command.ts';
import { explainServerEnd } from './explain-server-end.ts';
import { findCheckpoint, type ServedCheckpoint } from './find-checkpoint.ts';
import { refuseOwnArguments } from './refuse-own-arguments.ts';
import { type ServerEnd, startServerProcess } from './server-process.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface ServeModelOptions
  extends Omit<EngineSettings, 'checkpoint' | 'name'>,
    Pick<TransformersSettings, 'device'>,
    EngineChoice {
  /** A Hugging Face folder, a run folder of a training, a checkpoint inside one, or a GGUF file. */
  readonly checkpoint: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How clients call it. @defaultValue the name of the folder, the training or the file */
  readonly name?: string | undefined;
  /** Of our own server. @defaultValue 1 */
  readonly threads?: number | undefined;
  /** Longest wait until it answers, in milliseconds. @defaultValue 15 minutes */
  readonly startTimeoutMs?: number | undefined;
  /** For what is in flight when it is stopped, in milliseconds. @defaultValue 20,000 */
  readonly graceMs?: number | undefined;
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
  refuseOwnArguments(options.extraArgs);
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
  const server = await startServerProcess(command, { graceMs, onLine: options.onLine });
  const started = { server, engine, checkpoint: checkpoint.path };
  try {
    const maxContext = await waitUntilReady({
      ...started,
      ...{ name, host, port, startTimeoutMs: options.startTimeoutMs ?? defaultStartTimeoutMs },
      ...{ onProgress: options.onProgress, signal },
    });
    return {
      url: `http://${formatHost(isEveryAddress(host) ? hostname() : host)}:${port}/v1`,
      port,
      engine,
      model: name,
      task: checkpoint.task,
      pid: server.pid,
      maxContext,
      ended: server.ended,
      explainEnd: () => explainServerEnd(started),
      stop: ({ abort } = {}) => server.stop({ graceMs: graceMs + Math.min(graceMs, mostExtraMs), abort }),
    };
  } catch (error) {
    await server.stop({ graceMs: 2000 });
    throw error;
  }
}
