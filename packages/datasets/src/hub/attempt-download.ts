import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { asFileError, type Secret } from '@scalequest/core';
import {
  describeConnectionError,
  describeOtherVersion,
  describeShortBody,
  describeStatus,
  describeWrongContent,
  type HubFailure,
} from './hub-failure.ts';
import type { FetchEvent } from './hub-options.ts';
import type { PartialFile, PartialState } from './partial-file.ts';
import { type HubResponse, type SendRequest, sendHubRequest } from './send-request.ts';

export interface Attempt {
  readonly url: string;
  readonly partial: PartialFile;
  readonly send: SendRequest;
  readonly token: Secret | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: FetchEvent) => void;
}

export interface WholeFile {
  readonly kind: 'whole';
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly commit: string | undefined;
}

export type Outcome = WholeFile | { readonly kind: 'failed'; readonly failure: HubFailure };

/**
 * One request for a file, from where the partial file ends. What goes wrong on the way is a value, so that the caller
 * decides on another attempt; a fault of the disk is thrown.
 */
export async function attemptDownload(attempt: Attempt): Promise<Outcome> {
  const { url, partial, send, token, signal, onEvent } = attempt;
  const begun = await readBegun(partial, url);
  if (begun !== undefined && begun.sizeBytes === begun.state.totalBytes) {
    return checkContent(attempt, { ...begun.state, totalBytes: begun.sizeBytes }, { wasResumed: true });
  }
  const headers: Record<string, string> =
    begun === undefined ? {} : { range: `bytes=${begun.sizeBytes}-`, 'if-range': begun.state.rangeEtag };

  let response: HubResponse;
  try {
    response = await sendHubRequest(send, { url, headers, token, signal });
  } catch (error) {
    return { kind: 'failed', failure: describeConnectionError(url, error) };
  }

  const offset = begun !== undefined && continuesAt(response, begun) ? begun.sizeBytes : 0;
  if (begun !== undefined && offset === 0 && (response.statusCode === 206 || response.statusCode === 416)) {
    response.body.destroy();
    await partial.clear();
    return { kind: 'failed', failure: describeOtherVersion(url) };
  }
  if (response.statusCode !== 200 && offset === 0) {
    return { kind: 'failed', failure: await readStatusFailure(response, attempt) };
  }
  const expected = readTotalBytes(response, offset);
  if (offset === 0) await remember(partial, url, { response, totalBytes: expected });
  onEvent({ kind: 'download-start', url, resumedAtBytes: offset });
  const received = await writeBody(attempt, response, { offset, expected });
  if ('failure' in received) return { kind: 'failed', failure: received.failure };
  if (expected !== undefined && received.sizeBytes < expected) {
    return {
      kind: 'failed',
      failure: describeShortBody(url, { received: received.sizeBytes, expected }),
    };
  }
  return checkContent(
    attempt,
    { contentSha256: response.contentSha256, totalBytes: expected, commit: response.commit },
    { wasResumed: offset > 0 },
  );
}

async function readBegun(
  partial: PartialFile,
  url: string,
): Promise<{ readonly state: PartialState; readonly sizeBytes: number } | undefined> {
  const state = await partial.readState();
  const sizeBytes = await partial.readSizeBytes();
  return state !== undefined && state.url === url && sizeBytes > 0 ? { state, sizeBytes } : undefined;
}

/** Whether an answer to a range request goes on with the bytes that are there: same content, right place. */
function continuesAt(
  response: HubResponse,
  begun: { readonly state: PartialState; readonly sizeBytes: number },
): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.header('content-range') ?? '');
  return (
    response.statusCode === 206 &&
    range !== null &&
    Number(range[1]) === begun.sizeBytes &&
    response.contentEtag === begun.state.contentEtag &&
    (begun.state.totalBytes === null || range[2] === '*' || Number(range[2]) === begun.state.totalBytes)
  );
}

function readTotalBytes(response: HubResponse, offset: number): number | undefined {
  const length = response.header('content-length');
  if (response.linkedSizeBytes !== undefined) return response.linkedSizeBytes;
  return length === undefined ? undefined : offset + Number(length);
}

async function remember(
  partial: PartialFile,
  url: string,
  { response, totalBytes }: { readonly response: HubResponse; readonly totalBytes: number | undefined },
): Promise<void> {
  await partial.clear();
  const { contentEtag, contentSha256, rangeEtag, commit } = response;
  // Without both names nothing could tell later whether the rest belongs to the same content.
  if (contentEtag === undefined || rangeEtag === undefined) return;
  await partial.writeState({
    url,
    contentEtag,
    contentSha256: contentSha256 ?? null,
    rangeEtag,
    totalBytes: totalBytes ?? null,
    commit: commit ?? null,
  });
}

async function readStatusFailure(response: HubResponse, { url, token }: Attempt): Promise<HubFailure> {
  let body = '';
  try {
    if (response.statusCode >= 400) body = await readStart(response.body);
  } catch {
    // The status says enough.
  }
  response.body.destroy();
  return describeStatus({
    url,
    statusCode: response.statusCode,
    retryAfter: response.header('retry-after'),
    body,
    token,
    nowMs: Date.now(),
  });
}

async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.length;
    if (length > 10_000) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function writeBody(
  { url, partial, onEvent }: Attempt,
  response: HubResponse,
  { offset, expected }: { readonly offset: number; readonly expected: number | undefined },
): Promise<{ readonly sizeBytes: number } | { readonly failure: HubFailure }> {
  const pieces = response.body[Symbol.asyncIterator]();
  let sizeBytes = offset;
  try {
    const file = await open(partial.path, offset === 0 ? 'w' : 'a');
    try {
      for (;;) {
        const next = await pull(pieces);
        if ('error' in next) return { failure: describeConnectionError(url, next.error) };
        if (next.piece === undefined) break;
        await file.writeFile(next.piece);
        sizeBytes += next.piece.length;
        onEvent({ kind: 'download-progress', url, receivedBytes: sizeBytes, totalBytes: expected });
        if (expected !== undefined && sizeBytes > expected) {
          response.body.destroy();
          break;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    response.body.destroy();
    throw asFileError(error, { path: partial.path, action: 'written' });
  }
  return { sizeBytes };
}

/** Keeps the faults of the network apart from those of the disk: the first are tried again, the second are not. */
async function pull(
  pieces: AsyncIterator<Uint8Array>,
): Promise<{ readonly piece: Uint8Array | undefined } | { readonly error: unknown }> {
  try {
    const next = await pieces.next();
    return { piece: next.done === true ? undefined : next.value };
  } catch (error) {
    return { error };
  }
}

async function checkContent(
  { url, partial }: Attempt,
  named: {
    readonly contentSha256: string | null | undefined;
    readonly totalBytes: number | undefined;
    readonly commit: string | null | undefined;
  },
  { wasResumed }: { readonly wasResumed: boolean },
): Promise<Outcome> {
  const { sizeBytes, sha256 } = await hashFile(partial.path);
  const refuse = async (what: 'size' | 'SHA-256', expected: string, found: string): Promise<Outcome> => {
    await partial.clear();
    return { kind: 'failed', failure: describeWrongContent(url, { what, expected, found, wasResumed }) };
  };
  if (named.totalBytes !== undefined && sizeBytes !== named.totalBytes) {
    return refuse('size', `${named.totalBytes} bytes`, `${sizeBytes} bytes`);
  }
  // The hub's name of a large file is its SHA-256; that of a small one is git's, which the pin of the rows stands in for.
  const expected = named.contentSha256 ?? sha256;
  if (expected !== sha256) return refuse('SHA-256', expected, sha256);
  return { kind: 'whole', sizeBytes, sha256, commit: named.commit ?? undefined };
}

async function hashFile(path: string): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer);
    sizeBytes += (piece as Buffer).length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}
