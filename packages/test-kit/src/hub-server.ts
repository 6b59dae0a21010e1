import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How one answer goes wrong. */
export type HubFault =
  /** An answer of this status and no file. */
  | {
      readonly kind: 'status';
      readonly statusCode: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /**
   * The connection breaks after so many bytes of the body: as soon as `when` holds, such as when the client has written
   * what it got, since bytes that wait in a client's buffers are lost to it. After 10 s it breaks anyway.
   */
  | { readonly kind: 'cut'; readonly afterBytes: number; readonly when?: () => boolean }
  /** The body ends early and in good order; only the size that the hub named tells. */
  | { readonly kind: 'short'; readonly bytes: number }
  /** The right number of bytes, the last of them changed. */
  | { readonly kind: 'wrong-content' }
  /** The whole file, although a part was asked for. */
  | { readonly kind: 'ignore-range' }
  /** A part, although `If-Range` names another content than the one that is there. */
  | { readonly kind: 'ignore-if-range' }
  /** So many bytes more than the file has. */
  | { readonly kind: 'long'; readonly bytes: number }
  /** No answer at all. */
  | { readonly kind: 'silence' };

export interface HubServerOptions {
  /** Contents by `owner/name/path`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Where the bytes are: sent by the hub itself, behind a relative redirect, or on another host and port. @defaultValue 'hub' */
  readonly storage?: 'hub' | 'relative' | 'other-host';
  /** How contents are named: SHA-256 as of large files, git's id as of small ones, or not at all. @defaultValue 'sha256' */
  readonly etags?: 'sha256' | 'git' | 'none';
  /** Asked for by every file of the hub, never by the storage. */
  readonly token?: string;
}

export interface HubServerRequest {
  readonly server: 'hub' | 'storage';
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** A local hub that speaks the resolve protocol of Hugging Face, and misbehaves on demand. */
export interface HubServer extends AsyncDisposable {
  /** To be given as HF_ENDPOINT. */
  readonly endpoint: string;
  readonly commit: string;
  /** All requests so far, in order. */
  readonly requests: readonly HubServerRequest[];
  /** Each fault is used by one answer that would have sent a file; then the server is well again. */
  readonly misbehave: (...faults: readonly HubFault[]) => void;
  /** Adds or replaces a file, under `owner/name/path`. */
  readonly put: (file: string, content: string | Uint8Array) => void;
}

/** Starts a hub on a free port of this machine. */
export async function startHubServer(options: HubServerOptions = {}): Promise<HubServer> {
  const { storage = 'hub', etags = 'sha256' } = options;
  const commit = createHash('sha1').update('commit').digest('hex');
  const files = new Map(Object.entries(options.files ?? {}).map(([name, content]) => [name, Buffer.from(content)]));
  const requests: HubServerRequest[] = [];
  const faults: HubFault[] = [];

  const log = (server: HubServerRequest['server'], request: IncomingMessage): void => {
    const { authorization, range } = request.headers;
    const ifRange = request.headers['if-range'];
    const seen = { authorization, range, ifRange: Array.isArray(ifRange) ? ifRange[0] : ifRange };
    requests.push({ server, path: request.url ?? '', ...seen });
  };
  const deliver = (
    request: IncomingMessage,
    response: ServerResponse,
    content: Buffer,
    etag: string | undefined,
  ): void => sendFile({ request, response, content, etag, fault: faults.shift() });

  const storageServer = createServer((request, response) => {
    log('storage', request);
    const content = files.get(readStoragePath(request));
    if (content === undefined) sendStatus(response, { statusCode: 404 });
    else deliver(request, response, content, makeStorageEtag(content));
  });
  const storageAddress = await listen(storageServer);

  const hubServer = createServer((request, response) => {
    log('hub', request);
    if (request.url?.startsWith('/storage/')) {
      const content = files.get(readStoragePath(request));
      if (content === undefined) sendStatus(response, { statusCode: 404 });
      else deliver(request, response, content, makeStorageEtag(content));
      return;
    }
    const name = readResolvePath(request.url ?? '');
    const content = name === undefined ? undefined : files.get(name);
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      sendStatus(response, {
        statusCode: 401,
        body: `Invalid credentials: ${request.headers.authorization ?? 'none'}`,
      });
      return;
    }
    if (name === undefined || content === undefined) {
      sendStatus(response, { statusCode: 404, body: 'Entry not found' });
      return;
    }
    const etag = makeEtag(content, etags);
    response.setHeader('x-repo-commit', commit);
    if (storage === 'hub') {
      if (etag !== undefined) response.setHeader('x-linked-size', content.length);
      deliver(request, response, content, etag);
      return;
    }
    if (faults[0]?.kind === 'status') {
      sendStatus(response, faults.shift() as HubFault & { kind: 'status' });
      return;
    }
    if (etag !== undefined) response.setHeader('x-linked-etag', `"${etag}"`);
    response.setHeader('x-linked-size', content.length);
    response.setHeader('location', `${storage === 'relative' ? '' : storageAddress}/storage/${name}`);
    response.writeHead(302).end();
  });
  const endpoint = await listen(hubServer);

  return {
    endpoint,
    commit,
    requests,
    misbehave: (...more) => void faults.push(...more),
    put: (file, content) => void files.set(file, Buffer.from(content)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([close(hubServer), close(storageServer)]);
    },
  };
}

function sendFile({
  request,
  response,
  content,
  etag,
  fault,
}: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly content: Buffer;
  readonly etag: string | undefined;
  readonly fault: HubFault | undefined;
}): void {
  if (fault?.kind === 'silence') return;
  if (fault?.kind === 'status') {
    sendStatus(response, fault);
    return;
  }
  const quoted = etag === undefined ? undefined : `"${etag}"`;
  if (quoted !== undefined) response.setHeader('etag', quoted);
  const start =
    fault?.kind === 'ignore-range' ? 0 : readRangeStart(request, fault?.kind === 'ignore-if-range' ? 'any' : quoted);
  if (start > 0 && start >= content.length) {
    response.setHeader('content-range', `bytes */${content.length}`);
    sendStatus(response, { statusCode: 416 });
    return;
  }
  let body = content.subarray(start);
  if (start > 0) response.setHeader('content-range', `bytes ${start}-${content.length - 1}/${content.length}`);
  if (fault?.kind === 'wrong-content') body = withLastByteChanged(body);
  if (fault?.kind === 'short') body = body.subarray(0, fault.bytes);
  if (fault?.kind === 'long') body = Buffer.concat([body, Buffer.alloc(fault.bytes, 'x')]);
  response.setHeader('content-length', body.length);
  response.writeHead(start > 0 ? 206 : 200);
  if (fault?.kind === 'cut') {
    const { when = () => true } = fault;
    response.write(body.subarray(0, fault.afterBytes), () => void breakOnce(when, response));
    return;
  }
  response.end(body);
}

async function breakOnce(when: () => boolean, response: ServerResponse): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    await sleep(20);
    if (when()) break;
  }
  response.destroy();
}

function sendStatus(response: ServerResponse, answer: Omit<HubFault & { kind: 'status' }, 'kind'>): void {
  response.writeHead(answer.statusCode, { ...answer.headers }).end(answer.body ?? '');
}

/** The first byte wanted: 0 without a range, or where `If-Range` names another content; `any` lets all pass. */
function readRangeStart(request: IncomingMessage, etag: string | undefined): number {
  const ifRange = request.headers['if-range'];
  if (ifRange !== undefined && etag !== 'any' && ifRange !== etag) return 0;
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

/** `/datasets/{owner}/{name}/resolve/{revision}/{path}` as `{owner}/{name}/{path}`. */
function readResolvePath(url: string): string | undefined {
  const [, repository, path] = /^\/datasets\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(url) ?? [];
  return repository === undefined || path === undefined ? undefined : decodeURIComponent(`${repository}/${path}`);
}

function readStoragePath(request: IncomingMessage): string {
  return decodeURIComponent((request.url ?? '').slice('/storage/'.length));
}

function makeEtag(content: Buffer, kind: 'sha256' | 'git' | 'none'): string | undefined {
  if (kind === 'none') return undefined;
  if (kind === 'sha256') return createHash('sha256').update(content).digest('hex');
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Storage hosts name contents in their own way. This one looks like a SHA-256 of the content and is none, as some do. */
function makeStorageEtag(content: Buffer): string {
  return createHash('sha256').update('storage').update(content).digest('hex');
}

function withLastByteChanged(body: Buffer): Buffer {
  const changed = Buffer.from(body);
  if (changed.length > 0) changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
  return changed;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
