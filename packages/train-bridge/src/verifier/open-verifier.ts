import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '@scalequest/core';
import { z } from 'zod';
import type { TrainConfig } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import { nameRunFiles } from '../run/run-files.ts';

/** A server of the verifier that stands beside a training and ends with it. */
export interface VerifierBeside {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Where a training that is rewarded by the verifier finds its server, unless its configuration names one. */
export interface VerifierAccess {
  /** Of a server that runs already: what SCALEQUEST_VERIFIER_URL says. It is left alone. */
  readonly url?: string | undefined;
  /** Starts one on this machine; port 0 takes a free one. Rejects where the port is taken. */
  readonly start?: ((options: { readonly port: number }) => Promise<VerifierBeside>) | undefined;
}

export interface OpenVerifierInput {
  readonly folder: string;
  readonly config: TrainConfig;
  readonly access: VerifierAccess | undefined;
  /** A worker on a cluster does not reach a server of this machine. */
  readonly isOnCluster: boolean;
  /** A worker is at it already, which an earlier command began. */
  readonly isLeft: boolean;
  readonly onMessage?: ((text: string) => void) | undefined;
}

/** What a training has of its verifier. */
export interface OpenVerifier {
  /** For the environment of the worker. */
  readonly variables: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const nothing: OpenVerifier = { variables: {}, close: async () => undefined };

/**
 * Starts the verifier's server for a training that needs one and has none. It listens where it did when an earlier command
 * trained in this folder, so that a worker which that command left behind finds it again and loses no step.
 *
 * @throws TrainBridgeError `VERIFIER_MISSING`
 */
export async function openVerifier(input: OpenVerifierInput): Promise<OpenVerifier> {
  const { folder, config, access = {}, isOnCluster, isLeft, onMessage } = input;
  if (config.kind !== 'grpo' || config.grpo.verifier.url !== undefined) return nothing;
  if (access.url !== undefined) return { variables: { [urlVariable]: access.url }, close: nothing.close };
  if (isOnCluster && isLeft) return nothing;
  if (isOnCluster) throw refuseCluster();
  if (access.start === undefined) return nothing;
  const server = await startAgain(access.start, { ...input, port: await readPort(folder) });
  const { verifier } = nameRunFiles(folder);
  await mkdir(dirname(verifier), { recursive: true });
  await writeFileAtomic(verifier, JSON.stringify({ port: server.port }));
  onMessage?.(`The verifier's server listens on ${server.url} until the training ends.`);
  return { variables: { [urlVariable]: server.url }, close: server.close };
}

const urlVariable = 'SCALEQUEST_VERIFIER_URL';

async function startAgain(
  start: NonNullable<VerifierAccess['start']>,
  { port, config, isLeft, onMessage }: OpenVerifierInput & { readonly port: number },
): Promise<VerifierBeside> {
  if (port === 0) return await start({ port });
  try {
    return await start({ port });
  } catch {
    const server = await start({ port: 0 });
    if (isLeft && config.kind === 'grpo')
      onMessage?.(
        `The worker looks for its verifier at port ${port}, which another program has taken. It stops ` +
          `${config.grpo.verifier.deadlineSeconds} s after its last answer and loses no step that is done.`,
      );
    return server;
  }
}

const portSchema = z.object({ port: z.int().min(1).max(65_535) });

/** Where the server of an earlier command listened; 0 where there was none. */
async function readPort(folder: string): Promise<number> {
  try {
    return portSchema.parse(JSON.parse(await readFile(nameRunFiles(folder).verifier, 'utf8'))).port;
  } catch {
    return 0;
  }
}

function refuseCluster(): TrainBridgeError {
  return new TrainBridgeError({
    code: 'VERIFIER_MISSING',
    kind: 'request',
    what: 'This training needs a server of the verifier, and none is named.',
    why: 'The machines of a cluster do not reach one that stands beside this command.',
    next: 'Start `scalequest serve verifier` where they reach it, and name it in SCALEQUEST_VERIFIER_URL.',
    fields: {},
  });
}
