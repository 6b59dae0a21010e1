import type { IncomingMessage } from 'node:http';
import type { Admission, Place } from './admission.ts';
import { RequestError } from './request-error.ts';

export interface ReadBodyOptions {
  /** The most bytes of one body. */
  readonly maxBytes: number;
  readonly admission: Admission;
  /** Is given what has to be released when the request is over, as it comes to be held. */
  readonly onHeld: (place: Place) => void;
}

/** Reads a body as JSON. Bytes count as they arrive, so that a client that only announces many keeps none from others. */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, admission, onHeld }: ReadBodyOptions,
): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLargeError(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      // What still comes is thrown away, so that a client that is still sending gets to read its answer.
      request.off('data', onData).resume();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) {
        fail(tooLargeError(maxBytes));
        return;
      }
      try {
        onHeld(admission.hold(chunk.length));
        chunks.push(chunk);
      } catch (error) {
        fail(error);
      }
    };
    request.on('data', onData).once('end', resolve).once('error', reject);
    request.once('close', () => reject(new RequestError('BAD_HTTP', 'The client left before its body was whole.')));
  });
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (error) {
    throw new RequestError('BAD_JSON', `The body is not JSON: ${error instanceof Error ? error.message : 'not read'}`);
  }
}

function tooLargeError(maxBytes: number): RequestError {
  return new RequestError('BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes. Send fewer items at a time.`);
}
