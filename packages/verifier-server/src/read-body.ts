import type { IncomingMessage } from 'node:http';
import type { HeldBytes } from './admission.ts';
import { RequestError } from './request-error.ts';

/** What a piece of a body takes beside its bytes: a body of many tiny pieces is not small. */
const bytesPerPiece = 256;

export interface ReadBodyOptions {
  /** The most bytes of one body. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly held: HeldBytes;
}

/** Refuses a body that announces itself as too large, before a byte of it is read. */
export function checkBodyLength({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLargeError(maxBytes);
}

/** Reads a body as JSON. Bytes count as they arrive, so that a client that only announces many keeps none from others. */
export async function readBody(request: IncomingMessage, options: ReadBodyOptions): Promise<unknown> {
  const bytes = await readBytes(request, options);
  const text = decode(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RequestError('BAD_JSON', `The body is not JSON: ${error instanceof Error ? error.message : 'not read'}`);
  }
}

/** Strictly: where bytes that are no UTF-8 all became the same sign, two answers that differ could look alike. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RequestError('BAD_JSON', 'The body is not UTF-8, which JSON has to be.');
  }
}

function readBytes(request: IncomingMessage, { maxBytes, timeoutMs, held }: ReadBodyOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const leftError = new RequestError('BAD_HTTP', 'The client left before its body was whole.');
  return new Promise((resolve, reject) => {
    if (request.destroyed) throw leftError;
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      // What still comes is thrown away, so that a client that is still sending gets to read its answer.
      request.off('data', onData).resume();
      reject(error);
    };
    // Node's own clock stops when the server does.
    const timer = setTimeout(() => fail(new RequestError('TIMEOUT', 'The body came too slowly.')), timeoutMs);
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      try {
        if (size > maxBytes) throw tooLargeError(maxBytes);
        held.add(chunk.length + bytesPerPiece);
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    request.on('data', onData).once('error', () => fail(leftError));
    // Comes after the end of a whole body, too, when it changes nothing.
    request.once('close', () => fail(leftError));
    request.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
  });
}

function tooLargeError(maxBytes: number): RequestError {
  return new RequestError('BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes. Send fewer items at a time.`);
}
