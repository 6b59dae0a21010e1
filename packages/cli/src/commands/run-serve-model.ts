import { readEnvironment } from '@scalequest/core';
import {
  cleanEndpointsFile,
  type ModelServer,
  registerEndpoint,
  requirePython,
  type ServeModelOptions,
  serveModel,
  servingModules,
} from '@scalequest/train-bridge';
import type { ExitCode } from '../main.ts';
import { createLiveLine } from '../output/live-line.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { listenForShutdown } from '../setup/shutdown.ts';

export interface RunServeModelOptions
  extends Pick<
    ServeModelOptions,
    'port' | 'host' | 'name' | 'engine' | 'device' | 'dtype' | 'threads' | 'maxContext' | 'maxBatch'
  > {
  readonly register?: string;
  readonly startTimeoutSeconds: number;
  readonly graceSeconds: number;
  readonly verbose?: boolean;
  readonly allowGpuPackages?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

/** Serves until a signal, then finishes what is in flight and ends with 0; a second signal gives that up, too. */
export async function runServeModel(
  checkpoint: string,
  engineArgs: readonly string[],
  options: RunServeModelOptions,
): Promise<ExitCode> {
  const environment = readEnvironment();
  const { python } = await readConfigurationFile(options.config);
  const configured = environment.python ?? python;
  const line = createLiveLine();
  using shutdown = listenForShutdown(line.say, options.graceSeconds * 1000);
  using _ = passHangUpOn();
  let server: ModelServer;
  try {
    // A file that cannot be written is told before a model is loaded for minutes.
    if (options.register !== undefined) await cleanEndpointsFile(options.register, { signal: shutdown.stop });
    server = await serveModel({
      ...options,
      checkpoint,
      extraArgs: engineArgs,
      configuredPython: configured,
      startTimeoutMs: options.startTimeoutSeconds * 1000,
      graceMs: options.graceSeconds * 1000,
      getPython: () =>
        requirePython({
          configured,
          cacheDir: environment.cacheDir,
          modules: servingModules,
          allowGpuPackages: options.allowGpuPackages ?? false,
          onProgress: line.say,
          signal: shutdown.stop,
        }),
      onProgress: line.update,
      ...(options.verbose === true ? { onLine: line.say } : {}),
      signal: shutdown.stop,
    });
  } catch (error) {
    line.end();
    if (!shutdown.stop.aborted) throw error;
    line.say('Stopped before the model was served.');
    return 1;
  }
  line.end();
  return await serveUntilStopped(server, { options, shutdown, say: line.say });
}

async function serveUntilStopped(
  server: ModelServer,
  {
    options,
    shutdown,
    say,
  }: {
    readonly options: RunServeModelOptions;
    readonly shutdown: { readonly stop: AbortSignal; readonly abort: AbortSignal };
    readonly say: (text: string) => void;
  },
): Promise<ExitCode> {
  const { stop, abort } = shutdown;
  let unregister: Awaited<ReturnType<typeof registerEndpoint>> | undefined;
  try {
    if (options.register !== undefined) {
      unregister = await registerEndpoint(options.register, server, { signal: stop }).catch(unlessAborted(stop));
    }
    if (stop.aborted) return 0;
    const { url, port, engine, model, pid, maxContext } = server;
    if (options.json === true) console.log(JSON.stringify({ url, port, engine, model, pid }));
    else console.log(url);
    const length = maxContext === undefined ? '' : `, ${maxContext} tokens of context`;
    say(`${engine} serves '${model}'${length}. Ctrl-C ends it.`);
    const end = await Promise.race([server.ended, waitForAbort(stop)]);
    if (end !== undefined && !stop.aborted) throw server.explainEnd();
    return 0;
  } finally {
    try {
      // First, so that nobody is sent to a server that is about to go.
      await unregister?.({ signal: abort }).catch(unlessAborted(abort));
    } finally {
      await server.stop({ abort });
    }
  }
}

/** For a promise that the signal gives up. Where another is waited for, the next writer of the file cleans it. */
function unlessAborted(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

async function waitForAbort(signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** A terminal that closes ends the server as Ctrl-C does; by default it would end this process alone. */
function passHangUpOn(): Disposable {
  const onHangUp = (): void => void process.kill(process.pid, 'SIGTERM');
  process.on('SIGHUP', onHangUp);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', onHangUp) };
}
