import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { asFileError, syncFolder } from '@scalequest/core';
import { attemptDownload, type WholeFile } from './attempt-download.ts';
import { defaultHubEndpoint, type FetchEvent, type HubFile, type HubOptions, makeResolveUrl } from './hub-options.ts';
import { claimPartialFile, type PartialFile } from './partial-file.ts';
import type { SendRequest } from './send-request.ts';

export interface DownloadOptions extends HubOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: FetchEvent) => void) | undefined;
}

/** A whole file with the content that the hub names. It waits beside its place until its rows have been checked too. */
export interface DownloadedFile {
  readonly url: string;
  /** Where it lies now. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The commit of the hub's repository that it is from, where the hub says so. */
  readonly commit: string | undefined;
  /** Puts it into its place, at once and whole. */
  readonly keep: () => Promise<void>;
  readonly discard: () => Promise<void>;
  /** Leaves it where it is, so that the next download of the same file finds it whole. */
  readonly release: () => void;
}

/**
 * Downloads one file of a data set to lie beside `target`. A broken download is resumed, by this call or by the next
 * one after a kill; content that differs from what the hub names is thrown away.
 *
 * @throws DatasetsError `HUB_...`, CoreError `FILE_UNWRITABLE`, or the reason of the signal
 */
export async function downloadHubFile(
  file: HubFile,
  target: string,
  options: DownloadOptions = {},
): Promise<DownloadedFile> {
  const { maxAttempts = 6, maxWaitMs = 120_000, signal } = options;
  const sleep = options.sleep ?? ((ms) => sleepFor(ms, undefined, signal === undefined ? {} : { signal }));
  const url = makeResolveUrl(options.endpoint ?? defaultHubEndpoint, file);
  const { onEvent = () => undefined } = options;
  const connection = await openConnection(options.timeoutMs ?? 30_000);
  const partial = await claimPartial(target);
  try {
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const outcome = await attemptDownload({
        url,
        partial,
        send: connection.send,
        token: options.token,
        signal,
        onEvent,
      });
      if (outcome.kind === 'whole') return finish(outcome, { url, partial, target, onEvent });
      signal?.throwIfAborted();
      const waitMs = outcome.failure.waitMs ?? Math.min(500 * 2 ** (attempt - 1), 30_000);
      if (!outcome.failure.isTemporary || attempt >= maxAttempts || waitMs > maxWaitMs) throw outcome.failure.error;
      onEvent({ kind: 'download-retry', url, reason: outcome.failure.reason, waitMs });
      await sleep(waitMs, signal);
    }
  } catch (error) {
    partial.release();
    signal?.throwIfAborted();
    throw error;
  } finally {
    await connection.close();
  }
}

interface Connection {
  readonly send: SendRequest;
  readonly close: () => Promise<void>;
}

async function openConnection(timeoutMs: number): Promise<Connection> {
  // Loaded here, because most loads find their files on the disk and undici takes longer to load than MATH.
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    send: (url, { headers, signal }) =>
      request(url, { dispatcher, headers, ...(signal === undefined ? {} : { signal }) }),
    close: () => dispatcher.destroy(),
  };
}

async function claimPartial(target: string): Promise<PartialFile> {
  try {
    await mkdir(dirname(target), { recursive: true });
    return await claimPartialFile(target);
  } catch (error) {
    throw asFileError(error, { path: target, action: 'written' });
  }
}

function finish(
  whole: WholeFile,
  {
    url,
    partial,
    target,
    onEvent,
  }: {
    readonly url: string;
    readonly partial: PartialFile;
    readonly target: string;
    readonly onEvent: (event: FetchEvent) => void;
  },
): DownloadedFile {
  const { sizeBytes, sha256, commit } = whole;
  onEvent({ kind: 'download-end', url, sizeBytes });
  return {
    url,
    path: partial.path,
    sizeBytes,
    sha256,
    commit,
    keep: async () => {
      try {
        await partial.moveTo(target);
        await syncFolder(dirname(target));
      } catch (error) {
        throw asFileError(error, { path: target, action: 'written' });
      }
    },
    discard: partial.remove,
    release: partial.release,
  };
}
