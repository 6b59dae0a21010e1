import type { Form } from '../reader.ts';
import type { RegionValue } from '../values.ts';
import { readSet } from './read-set.ts';

/** What a text of this form has somewhere. */
const marks =
  /\\infty|\\(?:big)?cup|\\cap|\\setminus|\\smallsetminus|\\backslash|\\emptyset|\\mathbb|\\mathbf|\\[RZNQ]\b|[)\]}] ?[Uu-] ?[([\\]|\\mid|\||:|or|\\\{\\\}/;

/** Subsets of the real numbers: unions of intervals, set-builder notation, `\\mathbb{R}` without points. */
export const parseRegion: Form = (text, reader) => {
  const first = text.charCodeAt(0);
  if (first !== 40 && first !== 91 && first !== 92) return undefined;
  const isMixed = (first === 40 && text.endsWith(']')) || (first === 91 && text.endsWith(')'));
  if (!isMixed && !marks.test(text)) return undefined;
  const set = readSet(text, reader);
  if (set === null || set === undefined || set.kind === 'set') return undefined;
  return set.kind !== 'region' || isClear(set, text) ? set : undefined;
};

/** `(1,2)` may be a point, and `\{1, 2\}` is a set of numbers; only a sign of more makes a region. */
function isClear(region: RegionValue, text: string): boolean {
  const first = text.charCodeAt(0);
  const [piece] = region.pieces;
  if (first !== 92 && region.pieces.length === 1 && piece !== undefined && !/\\c[au]p|\\setminus/.test(text)) {
    return piece.low.value === null || piece.high.value === null || piece.low.isClosed !== piece.high.isClosed;
  }
  return !(
    text.startsWith('\\{') &&
    /^\\\{[^|:]*\\\}$/.test(text) &&
    !/\\mid|\\cup|\\setminus|\\cap/.test(text) &&
    region.pieces.length > 0
  );
}
