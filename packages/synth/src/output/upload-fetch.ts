import { HubApiError } from '@huggingface/hub';

/** Requests to the hub itself; all others bring a file to its storage. */
const asksHub = /\/(?:preupload|commit)\/[^/]+$|\.git\/info\/lfs\/objects\/batch$/;

/**
 * `fetch` for one commit of the hub's library, which loses what goes wrong while it tells of progress: a failed upload would end the
 * process, or be waited for for ever, and so would an abort. Here uploads always seem to succeed; the next request to the hub, the
 * commit at the latest, throws what went wrong instead of being sent.
 */
export function createUploadFetch(signal: AbortSignal | undefined): typeof fetch {
  let failure: { readonly error: unknown } | undefined;
  const send = (input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> =>
    fetch(input, signal === undefined ? init : { ...init, signal });

  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (asksHub.test(new URL(url).pathname)) {
      if (failure !== undefined) throw failure.error;
      const response = await send(input, init);
      if (response.ok && url.endsWith('/batch')) await refuseBrokenObjects(response.clone(), url);
      return response;
    }
    try {
      if (failure === undefined) {
        const response = await send(input, init);
        if (response.ok) return response;
        // Of any status: addresses of the storage end after a time, and the next attempt has new ones.
        throw new Error(`An upload was answered with status ${response.status}`);
      }
    } catch (error) {
      failure ??= { error };
    }
    return new Response('{}', { headers: { etag: '"failed"' } });
  };
}

/** The batch succeeds as a whole where the storage refuses some of its files. */
async function refuseBrokenObjects(response: Response, url: string): Promise<void> {
  const { objects = [] } = (await response.json()) as {
    readonly objects?: readonly {
      readonly size?: number;
      readonly error?: { readonly code: number; readonly message: string };
    }[];
  };
  const broken = objects.find(({ error }) => error !== undefined);
  if (broken?.error === undefined) return;
  const { code, message } = broken.error;
  throw new HubApiError(url, code, undefined, `Of a file of ${broken.size?.toLocaleString('en-US')} bytes: ${message}`);
}
