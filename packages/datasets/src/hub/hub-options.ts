import type { Secret } from '@scalequest/core';

/** How to reach the Hugging Face hub or a mirror of it. */
export interface HubOptions {
  /** The address of the hub, such as `HF_ENDPOINT` gives it. @defaultValue 'https://huggingface.co' */
  readonly endpoint?: string;
  /** For gated data sets. Sent to the endpoint's own host and to no other. */
  readonly token?: Secret | undefined;
  /** Requests for one file before giving up; `1` never repeats one. @defaultValue 6 */
  readonly maxAttempts?: number;
  /** Longest silence of the server, in milliseconds: before the headers, and between two pieces. @defaultValue 30_000 */
  readonly timeoutMs?: number;
  /** Longest wait that a server may ask for by `Retry-After`, in milliseconds. @defaultValue 120_000 */
  readonly maxWaitMs?: number;
  /** Waits between attempts. For tests. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What happens while files are fetched. */
export type FetchEvent =
  | { readonly kind: 'download-start'; readonly url: string; readonly resumedAtBytes: number }
  | {
      readonly kind: 'download-progress';
      readonly url: string;
      readonly receivedBytes: number;
      readonly totalBytes: number | undefined;
    }
  | { readonly kind: 'download-retry'; readonly url: string; readonly reason: string; readonly waitMs: number }
  | { readonly kind: 'download-end'; readonly url: string; readonly sizeBytes: number };

export const defaultHubEndpoint = 'https://huggingface.co';

/** A file of a data set on the hub. */
export interface HubFile {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

/** `{endpoint}/datasets/{repository}/resolve/{revision}/{path}`, the hub's address of a file's content. */
export function makeResolveUrl(endpoint: string, file: HubFile): string {
  const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
  // A revision such as refs/convert/parquet is one segment of the address.
  const revision = encodeURIComponent(file.revision);
  return `${endpoint.replace(/\/+$/, '')}/datasets/${encodePath(file.repository)}/resolve/${revision}/${encodePath(file.path)}`;
}
