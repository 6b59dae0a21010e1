import { once } from 'node:events';
import type { ChildMessage, ParentMessage } from './fork-model-server.ts';
import type { ModelServerOptions } from './model-server-options.ts';
import { startModelServer } from './start-model-server.ts';

// The process of forkModelServer. It leaves when its parent closes the channel or dies.
process.once('disconnect', () => process.exit(0));
// Ctrl-C in a terminal reaches the whole group: the run under test is to stop first, and this goes with its parent.
process.on('SIGINT', () => undefined);

const say = (message: ChildMessage): void => void process.send?.(message);

try {
  const [message] = (await once(process, 'message')) as [ParentMessage];
  const server = await startModelServer(await readOptions(message));
  say({ port: server.port });
} catch (error) {
  say({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

async function readOptions(message: ParentMessage): Promise<ModelServerOptions> {
  if (message.behaviourModule === undefined) return message.options;
  const module = (await import(message.behaviourModule)) as {
    readonly default: ModelServerOptions | ((options: unknown) => ModelServerOptions);
  };
  return typeof module.default === 'function' ? module.default(message.options) : module.default;
}
