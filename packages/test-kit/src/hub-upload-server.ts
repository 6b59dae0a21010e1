import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** How one answer goes wrong. The request that it is for is named by its kind. */
export interface HubUploadFault {
  readonly at: 'create' | 'info' | 'list' | 'preupload' | 'batch' | 'upload' | 'complete' | 'commit';
  /**
   * The answer's status; `cut` breaks the connection when half of the body has come, or at once where there is none; `lost` does
   * what was asked and breaks it then; `hang` never answers.
   */
  readonly answer: number | 'cut' | 'lost' | 'hang';
  readonly body?: string;
}

export interface HubUploadServerOptions {
  /** Asked for by every request to the hub, never by the storage. */
  readonly token: string;
  /** Accounts and organisations that the token may write to. */
  readonly namespaces: readonly string[];
  /** Files of at least so many bytes go to the storage. @defaultValue 1024 */
  readonly largeBytes?: number;
  /** Larger ones are refused. @defaultValue no limit */
  readonly largestBytes?: number;
  /** Larger ones go there in parts of so many bytes. @defaultValue one part */
  readonly partBytes?: number;
}

export interface HubUploadRequest {
  readonly at: HubUploadFault['at'] | 'unknown';
  readonly path: string;
  readonly authorization: string | undefined;
  readonly bytes: number;
}

export interface HubRepository {
  readonly visibility: string | undefined;
  /** Contents by path. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly commits: readonly { readonly title: string; readonly paths: readonly string[] }[];
}

/**
 * A local hub to which data sets are pushed: it makes repositories, tells large files from small ones, takes large ones into a
 * storage by their SHA-256 and makes a commit of both, by the protocol of Hugging Face (preupload, Git LFS batch, commit).
 */
export interface HubUploadServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly requests: readonly HubUploadRequest[];
  readonly find: (name: string) => HubRepository | undefined;
  /** As its owner does in the settings. */
  readonly publish: (name: string) => void;
  /** Each is used by one answer of its kind; then the server is well again. */
  readonly misbehave: (...faults: readonly HubUploadFault[]) => void;
}

interface Repository {
  visibility: string | undefined;
  readonly files: Map<string, Buffer>;
  readonly commits: { title: string; paths: readonly string[] }[];
}

/** Starts it on a free port of this machine. */
export async function startHubUploadServer(options: HubUploadServerOptions): Promise<HubUploadServer> {
  const { token, namespaces, largeBytes = 1024, partBytes = Number.POSITIVE_INFINITY } = options;
  const { largestBytes = Number.POSITIVE_INFINITY } = options;
  const repositories = new Map<string, Repository>();
  const stored = new Map<string, Buffer>();
  const parts = new Map<string, Map<number, Buffer>>();
  const requests: HubUploadRequest[] = [];
  const faults: HubUploadFault[] = [];
  let endpoint = '';

  const handlers: Readonly<Record<HubUploadFault['at'], (call: Call) => Answer>> = {
    create: ({ body }) => {
      const { organization, name, visibility } = JSON.parse(body.toString()) as Record<string, string | undefined>;
      if (!namespaces.includes(organization ?? ''))
        return {
          status: 403,
          json: { error: `You don't have the rights to create a dataset under "${organization}"` },
        };
      const id = `${organization}/${name}`;
      if (repositories.has(id)) return { status: 409, json: { error: 'You already created this dataset repo' } };
      const files = new Map([['.gitattributes', Buffer.from('*.parquet filter=lfs')]]);
      repositories.set(id, { visibility, files, commits: [] });
      return { status: 200, json: { url: `${endpoint}/datasets/${id}`, id } };
    },
    info: ({ repository: { visibility, commits }, name }) => ({
      status: 200,
      json: {
        ...{ _id: name, id: name, private: visibility !== 'public', sha: hashCommit(name, commits.length) },
        ...{ downloads: 0, likes: 0, gated: false, lastModified: '2026-01-01T00:00:00.000Z' },
      },
    }),
    list: ({ repository }) => ({
      status: 200,
      json: [...repository.files].map(([path, content]) => {
        const size = content.length;
        const lfs = { oid: sha256(content), size, pointerSize: 130 };
        return { type: 'file', path, size, oid: hashBlob(content), ...(size >= largeBytes ? { lfs } : {}) };
      }),
    }),
    preupload: ({ body }) => {
      const { files } = JSON.parse(body.toString()) as { files: { path: string; size: number }[] };
      const toMode = (size: number): string => (size >= largeBytes ? 'lfs' : 'regular');
      return { status: 200, json: { files: files.map(({ path, size }) => ({ path, uploadMode: toMode(size) })) } };
    },
    batch: ({ body, name }) => {
      const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
      const answers = objects.map(({ oid, size }) => {
        if (size > largestBytes) return { oid, size, error: { code: 422, message: 'The file is too large.' } };
        if (stored.has(oid)) return { oid, size };
        const href = `${endpoint}/storage/${oid}`;
        if (size <= partBytes) return { oid, size, actions: { upload: { href } } };
        const count = Math.ceil(size / partBytes);
        const header: Record<string, string> = { chunk_size: String(partBytes) };
        for (let part = 1; part <= count; part++) header[String(part).padStart(5, '0')] = `${href}?part=${part}`;
        return { oid, size, actions: { upload: { href: `${endpoint}/complete/${name}/${oid}`, header } } };
      });
      return { status: 200, json: { transfer: 'basic', objects: answers } };
    },
    upload: ({ url, body }) => {
      const oid = url.pathname.split('/').at(-1) ?? '';
      const part = url.searchParams.get('part');
      if (part === null) {
        if (sha256(body) !== oid) return { status: 400, json: { error: 'The content is another one.' } };
        stored.set(oid, body);
        return { status: 200 };
      }
      const own = parts.get(oid) ?? new Map<number, Buffer>();
      parts.set(oid, own.set(Number(part), body));
      return { status: 200, etag: `"${part}"` };
    },
    complete: ({ url, body }) => {
      const oid = url.pathname.split('/').at(-1) ?? '';
      const named = (JSON.parse(body.toString()) as { parts: { partNumber: number }[] }).parts;
      const content = Buffer.concat(named.map(({ partNumber }) => parts.get(oid)?.get(partNumber) ?? Buffer.alloc(0)));
      if (sha256(content) !== oid) return { status: 400, json: { error: 'The parts are not the whole.' } };
      stored.set(oid, content);
      return { status: 200, json: {} };
    },
    commit: ({ body, repository, name }) => {
      const lines = body
        .toString()
        .split('\n')
        .map((line) => JSON.parse(line) as CommitLine);
      const paths: string[] = [];
      for (const { key, value } of lines) {
        if (key === 'lfsFile' && !stored.has(value.oid ?? ''))
          return { status: 400, json: { error: `${value.path} was not uploaded.` } };
      }
      for (const { key, value } of lines) {
        if (key === 'header') continue;
        paths.push(value.path);
        if (key === 'deletedFile') repository.files.delete(value.path);
        else if (key === 'lfsFile') repository.files.set(value.path, stored.get(value.oid ?? '') as Buffer);
        else repository.files.set(value.path, Buffer.from(value.content ?? '', 'base64'));
      }
      repository.commits.push({ title: lines[0]?.value.summary ?? '', paths });
      const oid = hashCommit(name, repository.commits.length);
      const commitUrl = `${endpoint}/datasets/${name}/commit/${oid}`;
      return { status: 200, json: { success: true, commitOid: oid, commitUrl, hookOutput: '' } };
    },
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', endpoint);
    const found = findKind(url, request.method ?? '');
    const fault = takeFault(faults, found?.at);
    const { authorization } = request.headers;
    const expected = Number(request.headers['content-length'] ?? 0);
    const note = (bytes: number): void => {
      requests.push({ at: found?.at ?? 'unknown', path: url.pathname, authorization, bytes });
    };
    const body = await readBody(request, fault?.answer === 'cut' ? Math.floor(expected / 2) : undefined);
    note(body.length);
    if (fault?.answer === 'cut') {
      request.socket.destroy();
      return;
    }
    const send = ({ status, json, etag }: Answer): void => {
      response.setHeader('x-request-id', randomBytes(4).toString('hex'));
      if (etag !== undefined) response.setHeader('etag', etag);
      response.setHeader('content-type', 'application/json');
      response.writeHead(status).end(json === undefined ? '' : JSON.stringify(json));
    };
    if (fault?.answer === 'hang') return;
    if (typeof fault?.answer === 'number')
      return send({ status: fault.answer, json: { error: fault.body ?? 'It went wrong.' } });
    if (found === undefined) return send({ status: 404, json: { error: 'Not found' } });
    const isStorage = found.at === 'upload';
    if (!isStorage && found.at !== 'complete' && authorization !== `Bearer ${token}`)
      return send({ status: 401, json: { error: `Invalid credentials: ${authorization ?? 'none'}` } });
    const repository = repositories.get(found.name);
    if (repository === undefined && found.name !== '')
      return send({ status: 404, json: { error: 'Repository not found' } });
    const call = { url, body, name: found.name, repository: repository as Repository };
    const done = handlers[found.at](call);
    if (fault === undefined) send(done);
    else request.socket.destroy();
  };

  endpoint = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    });
  });
  return {
    endpoint,
    requests,
    find: (name) => repositories.get(name),
    publish: (name) => {
      const repository = repositories.get(name);
      if (repository !== undefined) repository.visibility = 'public';
    },
    misbehave: (...more) => void faults.push(...more),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Call {
  readonly url: URL;
  readonly body: Buffer;
  readonly name: string;
  readonly repository: Repository;
}

interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly etag?: string;
}

interface CommitLine {
  readonly key: 'header' | 'file' | 'lfsFile' | 'deletedFile';
  readonly value: {
    readonly path: string;
    readonly oid?: string;
    readonly content?: string;
    readonly summary?: string;
  };
}

const kinds: readonly (readonly [HubUploadFault['at'], string, RegExp])[] = [
  ['create', 'POST', /^\/api\/repos\/create$/],
  ['info', 'GET', /^\/api\/datasets\/([^/]+\/[^/]+)\/revision\//],
  ['list', 'GET', /^\/api\/datasets\/([^/]+\/[^/]+)\/tree\//],
  ['preupload', 'POST', /^\/api\/datasets\/([^/]+\/[^/]+)\/preupload\//],
  ['batch', 'POST', /^\/datasets\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/],
  ['upload', 'PUT', /^\/storage\//],
  ['complete', 'POST', /^\/complete\/([^/]+\/[^/]+)\//],
  ['commit', 'POST', /^\/api\/datasets\/([^/]+\/[^/]+)\/commit\//],
];

function findKind(
  { pathname }: URL,
  method: string,
): { readonly at: HubUploadFault['at']; readonly name: string } | undefined {
  for (const [at, asked, pattern] of kinds) {
    const match = pattern.exec(pathname);
    if (match !== null && method === asked) return { at, name: match[1] ?? '' };
  }
  return undefined;
}

function takeFault(faults: HubUploadFault[], at: HubUploadFault['at'] | undefined): HubUploadFault | undefined {
  const place = faults.findIndex((fault) => fault.at === at);
  return place < 0 ? undefined : faults.splice(place, 1)[0];
}

async function readBody(request: IncomingMessage, most: number | undefined): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (most !== undefined && bytes >= most) break;
  }
  return Buffer.concat(pieces);
}

/** As git names a content. */
function hashBlob(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function hashCommit(name: string, commits: number): string {
  return createHash('sha1').update(`${name}${commits}`).digest('hex');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
