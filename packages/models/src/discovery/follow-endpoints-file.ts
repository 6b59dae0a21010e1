import { readFile } from 'node:fs/promises';
import { asFileError, stripByteOrderMark } from '@scalequest/core';
import type { EndpointOptions, EndpointSource } from './endpoint-source.ts';
import { readEndpoints } from './read-endpoints.ts';

export interface FollowEndpointsOptions {
  /** How often the file is read, in milliseconds. @defaultValue 1000 */
  readonly pollMs?: number;
  /**
   * Told when the file cannot be read, once for each reason. What was listed before is used on.
   *
   * @defaultValue nobody is told
   */
  readonly onProblem?: (error: unknown) => void;
  /** Throws where the list may not be used, which is a problem of the file. @defaultValue every list may */
  readonly check?: (endpoints: readonly EndpointOptions[]) => void;
}

/** A file's endpoints, as they are and as they become. */
export interface FollowedEndpoints extends EndpointSource, Disposable {
  /** Looks at the file no more. */
  readonly close: () => void;
}

/**
 * Follows a file of endpoints that others write while a run goes on, as servers come and go on a cluster. See
 * {@link readEndpoints} for its form.
 *
 * The file is read again and again and not watched: network file systems tell nobody of a change. What it says counts
 * when it says the same twice in a row, so that no half-written list is used.
 *
 * @throws ModelsError `BAD_ENDPOINTS_FILE`; CoreError `FILE_UNREADABLE`; both only for what the file is at first
 * @example
 * using endpoints = await followEndpointsFile('endpoints.txt');
 * const client = createOpenAiClient({ model: 'qwen', endpoints });
 */
export async function followEndpointsFile(
  path: string,
  { pollMs = 1000, onProblem, check }: FollowEndpointsOptions = {},
): Promise<FollowedEndpoints> {
  const callbacks = new Set<() => void>();
  let used = await readText(path);
  const read = (text: string): readonly EndpointOptions[] => {
    const listed = readEndpoints(text, path);
    check?.(listed);
    return listed;
  };
  let endpoints = read(used);
  let seen = used;
  let told: string | undefined;
  let isReading = false;

  const tell = (error: unknown): void => {
    const reason = String(error);
    if (reason !== told) onProblem?.(error);
    told = reason;
  };

  const look = async (): Promise<void> => {
    const text = await readText(path);
    const isSettled = text === seen;
    seen = text;
    if (!isSettled) return;
    told = undefined;
    if (text === used) return;
    // Also where it cannot be read: that is said once.
    used = text;
    endpoints = read(text);
    for (const callback of callbacks) callback();
  };

  const timer = setInterval(() => {
    if (isReading) return;
    isReading = true;
    look()
      .catch(tell)
      .finally(() => {
        isReading = false;
      });
  }, pollMs);
  timer.unref();
  const close = (): void => clearInterval(timer);
  return {
    get endpoints() {
      return endpoints;
    },
    onChange: (callback) => {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
    close,
    [Symbol.dispose]: close,
  };
}

async function readText(path: string): Promise<string> {
  try {
    return stripByteOrderMark(await readFile(path, 'utf8'));
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}
