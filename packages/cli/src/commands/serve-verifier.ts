import { readFile } from 'node:fs/promises';
import { asFileError, readEnvironment, Secret } from '@scalequest/core';
import { createVerifierServer } from '@scalequest/verifier-server';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { readOwnVersion } from '../setup/versions.ts';

export interface RunServeVerifierOptions {
  readonly port: number;
  readonly host: string;
  readonly tokenFile?: string;
  readonly allowPublic?: boolean;
  readonly workers?: number;
  readonly budgetMs: number;
  readonly maxBody: number;
  readonly maxItems: number;
  readonly maxWaiting: number;
  readonly json?: boolean;
}

/** Serves until a signal, then answers what is in flight and ends with 0; a second signal gives that up, too. */
export async function runServeVerifier(options: RunServeVerifierOptions): Promise<ExitCode> {
  const { tokenFile, maxBody, json, allowPublic = false, ...limits } = options;
  const token = tokenFile === undefined ? readEnvironment().serverToken : await readTokenFile(tokenFile);
  using shutdown = listenForShutdown((text) => console.error(text));
  const server = await createVerifierServer({
    ...limits,
    token: token === undefined ? undefined : requireUsableToken(token),
    allowPublic,
    maxBodyBytes: maxBody,
    version: readOwnVersion(),
    onFault: (error) => console.error('The server failed at a request:', error),
  });
  limitHeapGrowth();
  if (json === true) console.log(JSON.stringify({ url: server.url, port: server.port }));
  else console.log(`listening on ${server.url}`);
  if (!shutdown.stop.aborted)
    await new Promise((resolve) => shutdown.stop.addEventListener('abort', resolve, { once: true }));
  await server.close({ signal: shutdown.abort });
  return 0;
}

async function readTokenFile(path: string): Promise<Secret> {
  try {
    return new Secret((await readFile(path, 'utf8')).trim());
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

/** What no header can carry would keep everyone out, and an empty token would keep nobody out. */
function requireUsableToken(token: Secret): Secret {
  if (/^[\x21-\x7e]+$/.test(token.reveal())) return token;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: 'The token of the server is empty, or has blanks or other characters that no header can carry.',
    next: 'Make one with `openssl rand -hex 32`, alone in its file.',
  });
}
