import { excerpt, getSystemErrorCode, type Secret } from '@scalequest/core';
import { DatasetsError } from '../errors.ts';

/** One attempt that did not bring the file: whether another may, and how long the server asked to wait for it. */
export interface HubFailure {
  readonly error: DatasetsError;
  readonly isTemporary: boolean;
  readonly waitMs: number | undefined;
  /** For the progress line, such as `the server answered 503`. */
  readonly reason: string;
}

const otherWays = 'Or give a folder that has the data: --data-dir DIR, or SCALEQUEST_DATA_DIR.';

/** What an HTTP status means for the user. */
export function describeStatus(subject: {
  readonly url: string;
  readonly statusCode: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
  readonly token: Secret | undefined;
  readonly nowMs: number;
}): HubFailure {
  const { url, statusCode, token } = subject;
  const fields = { url, statusCode };
  const reason = `the server answered ${statusCode}`;
  const body = excerpt((token?.redact(subject.body) ?? subject.body).trim());
  const said = body === '' || body.startsWith('<') ? '' : ` It says: ${body}`;

  if (statusCode === 401 || statusCode === 403) {
    const error = new DatasetsError({
      code: 'HUB_REFUSED',
      kind: 'request',
      what: `The hub refused '${url}'.`,
      why: `It answered ${statusCode} ${token === undefined ? 'and no token was sent' : 'to the token that was sent'}.${said}`,
      next: `For a gated data set, accept its terms on its page and set HF_TOKEN. ${otherWays}`,
      fields,
    });
    return { error, isTemporary: false, waitMs: undefined, reason };
  }
  if (statusCode === 404) {
    const error = new DatasetsError({
      code: 'HUB_NOT_FOUND',
      what: `The hub has no '${url}'.`,
      why: 'It answered 404.',
      next: `Check HF_ENDPOINT where it is set. ${otherWays}`,
      fields,
    });
    return { error, isTemporary: false, waitMs: undefined, reason };
  }
  if (statusCode === 429) {
    const error = new DatasetsError({
      code: 'HUB_RATE_LIMITED',
      what: `The hub limits how often '${url}' may be asked.`,
      why: `It answered 429${subject.retryAfter === undefined ? '' : ` with Retry-After ${excerpt(subject.retryAfter)}`}.`,
      next: `Try again later, or set HF_TOKEN, which raises the limit. ${otherWays}`,
      fields,
    });
    return { error, isTemporary: true, waitMs: readRetryAfter(subject.retryAfter, subject.nowMs), reason };
  }
  const error = new DatasetsError({
    code: 'HUB_FAILED',
    what: `The hub did not send '${url}'.`,
    why: `It answered ${statusCode}.${said}`,
    next: `Try again later, or set HF_ENDPOINT to a mirror. ${otherWays}`,
    fields,
  });
  const isTemporary = statusCode >= 500 || statusCode === 408;
  return { error, isTemporary, waitMs: readRetryAfter(subject.retryAfter, subject.nowMs), reason };
}

/** Addresses that another attempt a second later does not bring to life. */
const lastingCodes: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
  'UND_ERR_INVALID_ARG',
]);

/** A connection that failed or broke. */
export function describeConnectionError(url: string, error: unknown): HubFailure {
  const code = findCode(error);
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  const details = new DatasetsError({
    code: 'HUB_UNREACHABLE',
    what: `The hub cannot be reached for '${url}'.`,
    why: `The connection failed with ${reason}.`,
    next: `Check the network, or set HF_ENDPOINT to a mirror. ${otherWays}`,
    fields: { url, systemCode: code },
    cause: error,
  });
  const isTemporary = code === undefined || !(lastingCodes.has(code) || /CERT|SSL|TLS/.test(code));
  return { error: details, isTemporary, waitMs: undefined, reason: `the connection failed with ${reason}` };
}

/** A begun download that the hub does not go on with, because the file there has changed or the place is not its. */
export function describeOtherVersion(url: string): HubFailure {
  const error = new DatasetsError({
    code: 'HUB_FAILED',
    what: `The download of '${url}' cannot go on where it stopped.`,
    why: 'The file on the hub is another one by now.',
    next: 'Run the same command again: it begins anew.',
    fields: { url },
  });
  return { error, isTemporary: true, waitMs: 0, reason: 'the file has changed, so the download begins anew' };
}

/** Bytes that ended early, where the connection itself reported no fault. */
export function describeShortBody(
  url: string,
  sizes: { readonly received: number; readonly expected: number },
): HubFailure {
  const error = new DatasetsError({
    code: 'HUB_CUT_SHORT',
    what: `The download of '${url}' ended early.`,
    why: `It brought ${sizes.received} of ${sizes.expected} bytes.`,
    next: `Run the same command again: it goes on where it stopped. ${otherWays}`,
    fields: { url, ...sizes },
  });
  const reason = `the download ended after ${sizes.received} of ${sizes.expected} bytes`;
  return { error, isTemporary: true, waitMs: undefined, reason };
}

/** Content that is not what the hub says it is. */
export function describeWrongContent(
  url: string,
  subject: {
    readonly what: 'size' | 'SHA-256';
    readonly expected: string;
    readonly found: string;
    /** Pieces of two attempts may not belong together; then one whole download can still be right. */
    readonly wasResumed: boolean;
  },
): HubFailure {
  const error = new DatasetsError({
    code: 'HUB_WRONG_CONTENT',
    what: `The download of '${url}' has the wrong content, and was thrown away.`,
    why: `Its ${subject.what} is ${subject.found}; the hub names ${subject.expected}.`,
    next: `Check what stands between this machine and the hub (a proxy, a mirror), and run the same command again. ${otherWays}`,
    fields: { url, expected: subject.expected, found: subject.found },
  });
  return { error, isTemporary: subject.wasResumed, waitMs: 0, reason: `the content has the wrong ${subject.what}` };
}

/** `Retry-After` is a number of seconds or a date. */
function readRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  const date = Date.parse(trimmed);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** The code of an error or of the first cause that has one; undici wraps the system's errors. */
function findCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const code = getSystemErrorCode(current);
    if (code !== undefined) return code;
    if (current instanceof AggregateError) {
      const inner = current.errors.map(getSystemErrorCode).find((value) => value !== undefined);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}
