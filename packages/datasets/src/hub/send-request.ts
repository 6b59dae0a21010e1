import type { Secret } from '@scalequest/core';
import type { Dispatcher, request as undiciRequest } from 'undici';

export interface HubRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: Secret | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The last answer of a chain of redirects, with what the answers on the way said about the file. */
export interface HubResponse {
  readonly statusCode: number;
  readonly body: Dispatcher.ResponseData['body'];
  readonly header: (name: string) => string | undefined;
  /** What names the content: the hub's own ETag, else that of the host that sends the bytes. */
  readonly contentEtag: string | undefined;
  /** The SHA-256 of the content, where the hub itself names it. A storage host's ETag may be any other hash. */
  readonly contentSha256: string | undefined;
  /** The ETag of the host that sends the bytes, as it was sent: `If-Range` must repeat it. */
  readonly rangeEtag: string | undefined;
  readonly linkedSizeBytes: number | undefined;
  readonly commit: string | undefined;
}

/** Undici's request with the dispatcher already chosen. */
export type SendRequest = (
  url: string,
  options: { readonly headers: Record<string, string>; readonly signal: AbortSignal | undefined },
) => ReturnType<typeof undiciRequest>;

const maxRedirects = 5;
const redirectCodes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a GET and follows redirects. Done by hand because the hub names the content in the redirect and not in the
 * answer behind it, and because the token must not follow to another host.
 */
export async function sendHubRequest(send: SendRequest, request: HubRequest): Promise<HubResponse> {
  const home = new URL(request.url).origin;
  let url = request.url;
  let contentEtag: string | undefined;
  let linkedSizeBytes: number | undefined;
  let commit: string | undefined;

  for (let redirects = 0; ; redirects++) {
    const headers: Record<string, string> = { 'accept-encoding': 'identity', ...request.headers };
    if (request.token !== undefined && new URL(url).origin === home) {
      headers.authorization = `Bearer ${request.token.reveal()}`;
    }
    const response = await send(url, { headers, signal: request.signal });
    // Who reads the body sees its errors. A body that is put away unread would throw them at the process.
    response.body.on('error', () => undefined);
    const header = (name: string): string | undefined => [response.headers[name]].flat()[0];
    contentEtag ??= normaliseEtag(header('x-linked-etag'));
    linkedSizeBytes ??= readSize(header('x-linked-size'));
    commit ??= header('x-repo-commit');

    const location = header('location');
    if (redirectCodes.has(response.statusCode) && location !== undefined && redirects < maxRedirects) {
      await response.body.dump();
      url = new URL(location, url).href;
      continue;
    }
    const etag = header('etag');
    const hubEtag = contentEtag ?? (new URL(url).origin === home ? normaliseEtag(etag) : undefined);
    return {
      statusCode: response.statusCode,
      body: response.body,
      header,
      contentEtag: hubEtag ?? normaliseEtag(etag),
      contentSha256: hubEtag !== undefined && /^[0-9a-f]{64}$/.test(hubEtag) ? hubEtag : undefined,
      rangeEtag: etag?.startsWith('"') ? etag : undefined,
      linkedSizeBytes,
      commit,
    };
  }
}

function normaliseEtag(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '').replaceAll('"', '');
}

function readSize(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
