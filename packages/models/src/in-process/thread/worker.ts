import { parentPort, workerData } from 'node:worker_threads';
import { createLlamaClient, type LlamaClient } from '../create-llama-client.ts';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import { packError } from './send-error.ts';

// A model in a thread of its own: it is told what to write, and answers.

const port = parentPort;
if (port === null) throw new Error('This file is the worker of createLlamaThread.');
const post = (message: FromThread): void => port.postMessage(message);

try {
  serve(await createLlamaClient(workerData as ThreadOptions));
} catch (error) {
  post({ kind: 'broken', error: packError(error) });
}

function serve(client: LlamaClient): void {
  const aborts = new Map<number, AbortController>();
  port?.on('message', (message: ToThread) => {
    if (message.kind === 'abort') aborts.get(message.id)?.abort();
    else if (message.kind === 'close') void client.close().finally(() => port.close());
    else {
      const { id, request } = message;
      const abort = new AbortController();
      aborts.set(id, abort);
      client
        .generate(request, { signal: abort.signal })
        .then(
          (response) => post({ kind: 'reply', id, response }),
          (error: unknown) => post({ kind: 'failed', id, error: packError(error) }),
        )
        .finally(() => aborts.delete(id));
    }
  });
  post({ kind: 'ready', parameters: client.parameters, fingerprint: client.getFingerprint() });
}
