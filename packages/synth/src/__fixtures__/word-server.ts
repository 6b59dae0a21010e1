import { sha256Hex } from '@scalequest/core';

/** What a fault looks at of a request to the server of test-kit. */
interface Asked {
  readonly text: string;
  readonly timesSeen: number;
}

type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'cut' | 'malformed-json' | 'reset' };

/** The word that a seed stands for: some stand for the same one. */
export function makeWord({ seed = 0 }: { readonly seed?: number | undefined }): string {
  const hash = sha256Hex(String(seed));
  return `${'abcdefghijklmnop'[Number.parseInt(hash.slice(0, 1), 16)]}${hash.slice(1, 3)}`;
}

/** The row that a request is about, such as `ask one/17`. */
export function nameRequest({ text }: Pick<Asked, 'text'>): string {
  return text.split(' ').slice(0, 2).join(' ');
}

function endsWith(digits: string): (request: Asked) => boolean {
  return (request) => request.timesSeen === 0 && nameRequest(request).endsWith(digits);
}

/** What goes wrong once, and one row in a hundred of those asked for that no repeat helps. */
export const faults: readonly (Fault & { readonly when: (request: Asked) => boolean })[] = [
  { kind: 'status', status: 400, when: (request) => /^ask .*[05]7$/.test(nameRequest(request)) },
  { kind: 'status', status: 429, headers: { 'retry-after': '0' }, when: endsWith('11') },
  { kind: 'status', status: 503, when: endsWith('22') },
  { kind: 'cut', when: endsWith('33') },
  { kind: 'malformed-json', when: endsWith('44') },
  { kind: 'reset', when: endsWith('66') },
];
