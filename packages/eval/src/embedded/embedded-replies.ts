import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '@scalequest/core';
import { createReplayClient, type ModelClient } from '@scalequest/models';

/** Recorded replies in place of a model, and what names them in a run. */
export interface EmbeddedReplies {
  readonly client: ModelClient;
  readonly modelIdentity: Readonly<Record<string, unknown>>;
}

const path: string = fileURLToPath(new URL('../../embedded/replies.jsonl', import.meta.url));

/**
 * Opens the replies that the project wrote for `math-embedded`: right, wrong, oddly formatted and truncated ones in
 * shares that the script beside them states. They show every part of a run at work; they measure no model.
 */
export async function openEmbeddedReplies(): Promise<EmbeddedReplies> {
  const model = 'recorded-replies';
  const sha256 = sha256Hex(await readFile(path));
  return { client: await createReplayClient({ path, model }), modelIdentity: { name: model, sha256 } };
}
