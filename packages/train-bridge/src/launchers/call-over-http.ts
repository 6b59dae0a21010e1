import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly timeoutMs: number;
}

export interface HttpReply {
  readonly status: number;
  readonly text: string;
}

/**
 * One call, without any header that was not asked for. `fetch` says `Sec-Fetch-Mode`, by which Ray's dashboard takes it
 * for a browser, and refuses all that would change something.
 */
export async function callOverHttp({ method, url, headers, body, timeoutMs }: HttpCall): Promise<HttpReply> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return await new Promise((settle, reject) => {
    const call = request(url, {
      method,
      headers: {
        ...headers,
        ...(text === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    call.on('error', reject);
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        settle({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    call.end(text);
  });
}
