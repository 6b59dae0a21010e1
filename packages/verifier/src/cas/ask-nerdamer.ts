import nerdamer from 'nerdamer/all';

let asked = 0;

/** It keeps every expression that it has seen until it is told to forget them. */
const flushEvery = 100;

/**
 * Whether nerdamer's `expand` brings the difference of two infix texts to 0. Its `simplify` is not asked, as it calls
 * numbers zero that are only small. An exception inside it leaves its switch to floating-point numbers on, after which
 * 2^2005 equals 2^2006 for it, so the switch is put back before each question.
 */
export function askNerdamer(a: string, b: string): boolean {
  if (++asked % flushEvery === 0) nerdamer.flush();
  nerdamer.getCore().Settings.PARSE2NUMBER = false;
  try {
    return nerdamer(`expand((${a})-(${b}))`).toString() === '0';
  } catch {
    return false;
  }
}
