import { findClosing } from '../../text/brackets.ts';
import type { Form } from '../reader.ts';
import type { RegionValue } from '../values.ts';
import { readSet } from './read-set.ts';
import { readSetBuilder } from './read-set-builder.ts';

/** What a text of this form has somewhere. */
const marks =
  /\\infty|\\(?:big)?cup|\\cap|\\setminus|\\smallsetminus|\\backslash|\\emptyset|\\mathbb|\\mathbf|\\[RZNQ]\b|[)\]}] ?[Uu-] ?[([\\]|\\mid|\||:|or|such|\\\{\\\}/;

/** Subsets of the real numbers: unions of intervals, set-builder notation, `\\mathbb{R}` without points. */
export const parseRegion: Form = (text, reader) => {
  const first = text.charCodeAt(0);
  if (first !== 40 && first !== 91 && first !== 92) return undefined;
  const isMixed = (first === 40 && text.endsWith(']')) || (first === 91 && text.endsWith(')'));
  if (!isMixed && !marks.test(text)) return undefined;
  const isBuilder = text.startsWith('\\{') && findClosing(text, 0) === text.length - 2;
  const set = isBuilder ? readSetBuilder(text, reader) : readSet(text, reader);
  if (text === '\\{\\}') return emptySet;
  if (set === null || set === undefined || (set.kind === 'region' && isPair(set, text))) return undefined;
  // Points are read elsewhere; `(1, 2, 3]` is neither a point nor an interval.
  return set.kind === 'tuple' && (!isMixed || set.items.length === 2) ? undefined : set;
};

const emptySet: RegionValue = { kind: 'region', variable: null, pieces: [] };

/** `(1,2)` may be a point; a mixed pair of brackets, an infinite end or a sign of union makes an interval. */
function isPair({ pieces: [piece, ...others] }: RegionValue, text: string): boolean {
  if (piece === undefined || others.length > 0 || text.startsWith('\\') || findClosing(text, 0) < text.length - 1)
    return false;
  return (
    piece.low.value !== null &&
    piece.high.value !== null &&
    piece.low.isClosed === piece.high.isClosed &&
    !/\\c[au]p|\\setminus/.test(text)
  );
}
