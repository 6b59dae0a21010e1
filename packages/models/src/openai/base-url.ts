import { ModelsError } from '../errors.ts';

/** A base URL taken apart. */
export interface BaseUrl {
  /** As it is shown and recorded; without a slash at the end. */
  readonly text: string;
  readonly origin: string;
  readonly path: string;
  /** The path without its version: where servers have what is no part of OpenAI's API. */
  readonly rootPath: string;
}

/** Reads a base URL. A password in it, or in its query, would end up in run folders, so those are refused. */
export function parseBaseUrl(text: string): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalidBaseUrl({
      what: `Base URL '${text.replace(/\/\/[^/@]*@/, '//[secret]@')}' is not an http or https address.`,
      next: 'Give it with its version path, such as http://localhost:8000/v1.',
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalidBaseUrl({
      what: `The base URL on ${url.host} holds a user name, a password or a query. It is recorded with the run, so it may hold none.`,
      next: 'Set SCALEQUEST_API_KEY to the key, and give the plain address.',
    });
  }
  const path = url.pathname.replace(/\/+$/, '');
  return { text: `${url.origin}${path}`, origin: url.origin, path, rootPath: path.replace(/\/v\d+$/, '') };
}

function invalidBaseUrl(details: { readonly what: string; readonly next: string }): ModelsError {
  return new ModelsError({ code: 'INVALID_OPTION', kind: 'request', errorClass: 'fatal', ...details });
}
