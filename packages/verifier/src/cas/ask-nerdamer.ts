import { createRequire } from 'node:module';

interface Nerdamer {
  (text: string): { toString(): string };
  getCore(): { readonly Settings: { PARSE2NUMBER: boolean } };
  flush(): void;
}

let nerdamer: Nerdamer | undefined;
let asked = 0;

/** It keeps every expression that it has seen until it is told to forget them. */
const flushEvery = 100;

/**
 * Whether nerdamer's `expand` brings the difference of two infix texts to 0. Its `simplify` is not asked, as it calls
 * numbers zero that are only small. An exception inside it leaves its switch to floating-point numbers on, after which
 * 2^2005 equals 2^2006 for it, so the switch is put back before each question.
 */
export function askNerdamer(a: string, b: string): boolean {
  nerdamer ??= createRequire(import.meta.url)('nerdamer/all') as Nerdamer;
  if (++asked % flushEvery === 0) nerdamer.flush();
  nerdamer.getCore().Settings.PARSE2NUMBER = false;
  try {
    return nerdamer(`expand((${a})-(${b}))`).toString() === '0';
  } catch {
    return false;
  }
}
