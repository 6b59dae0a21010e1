import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ModelServerOptions } from './model-server-options.ts';
import type { ModelServerStatistics } from './request-counts.ts';

export interface ForkModelServerOptions {
  /**
   * A module whose default export is a {@link ModelServerOptions}, or a function that makes one from `options`.
   * Functions cannot be sent to another process, so they live there.
   */
  readonly behaviourModule?: string | URL;
  /** Plain data: used as the server's options, or given to the module's function. */
  readonly options?: unknown;
}

/** A model server in a process of its own. */
export interface ForkedModelServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly getStatistics: () => Promise<ModelServerStatistics>;
  readonly askedTimes: () => Promise<Map<string, number>>;
  readonly close: () => Promise<void>;
}

/** What the child says once it listens, or when it cannot. */
export type ChildMessage = { readonly port: number } | { readonly problem: string };

/** What the parent sends first. */
export interface ParentMessage {
  readonly behaviourModule: string | undefined;
  readonly options: ModelServerOptions;
}

/**
 * Starts a model server in another process, so that it does not share the event loop with the client under test. It
 * ends with this process, however this process ends.
 */
export async function forkModelServer(options: ForkModelServerOptions = {}): Promise<ForkedModelServer> {
  const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const answer = Promise.race([
    once(child, 'message').then(([message]) => message as ChildMessage),
    exited.then(([code]): ChildMessage => ({ problem: `The process ended with ${String(code)}.` })),
  ]);
  child.send({ behaviourModule: options.behaviourModule?.toString(), options: options.options ?? {} });
  const message = await answer;
  if ('problem' in message) {
    child.kill();
    throw new Error(`The model server did not start. ${message.problem}`);
  }
  const { port } = message;
  const readJson = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}${path}`)).json();
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    pid: child.pid ?? -1,
    getStatistics: async () => (await readJson('/__stats')) as ModelServerStatistics,
    askedTimes: async () => new Map((await readJson('/__asked')) as [string, number][]),
    close,
    [Symbol.asyncDispose]: close,
  };
}
