import { type PythonObject, parsePythonLikeSympy } from '../symbolic/parse-python-like-sympy.ts';
import { type DartInterval, isSameIntervals, parseDartInterval } from './parse-dart-interval.ts';
import { isSameObject, isSameStructure, parseDartLatex } from './parse-dart-latex.ts';
import { isSameMatrix, parseDartMatrix } from './parse-dart-matrix.ts';

interface DartTexts {
  /** Both normalised. */
  readonly reference: string;
  readonly candidate: string;
}

interface SympyResult {
  readonly isEqual: boolean;
  /** Whether no reading of the text was found. */
  readonly isUnread: { readonly reference: boolean; readonly candidate: boolean };
}

/** The lower rungs of the ladder: as Python, as intervals, as matrices and as LaTeX, and as LaTeX beside Python. */
export function isEqualBySympy({ reference, candidate }: DartTexts): SympyResult {
  const [refPython, predPython] = [parsePythonLikeSympy(reference), parsePythonLikeSympy(candidate)];
  const [refSet, predSet] = [parseDartInterval(reference), parseDartInterval(candidate)];
  const [refMatrix, predMatrix] = [parseDartMatrix(reference), parseDartMatrix(candidate)];
  const [refLatex, predLatex] = [parseDartLatex(reference), parseDartLatex(candidate)];
  const read = (objects: readonly unknown[]): boolean => objects.some((object) => object !== undefined);
  const isEqual =
    both(refPython, predPython, isSamePython) ||
    both<DartInterval>(refSet, predSet, isSameIntervals) ||
    both(refMatrix, predMatrix, isSameMatrix) ||
    both(refLatex, predLatex, isSameObject) ||
    both(onlyValue(refPython), predLatex, isSameObject) ||
    both(refLatex, onlyValue(predPython), isSameObject);
  return {
    isEqual,
    isUnread: {
      reference: !read([refPython, refSet, refMatrix, refLatex]),
      candidate: !read([predPython, predSet, predMatrix, predLatex]),
    },
  };
}

function both<Item>(a: Item | undefined, b: Item | undefined, isSame: (a: Item, b: Item) => boolean): boolean {
  return a !== undefined && b !== undefined && isSame(a, b);
}

function onlyValue(object: PythonObject | undefined): Extract<PythonObject, { kind: 'expression' }> | undefined {
  return object?.kind === 'expression' ? object : undefined;
}

/** Python's `==`: elements in order, but in a set. */
function isSamePython(a: PythonObject, b: PythonObject): boolean {
  if (a.kind === 'expression' || b.kind === 'expression') {
    return a.kind === 'expression' && b.kind === 'expression' && isSameStructure(a, b);
  }
  if (a.kind !== b.kind || a.items.length !== b.items.length) return false;
  if (a.kind !== 'set') return a.items.every((item, i) => isSamePython(item, b.items[i] as PythonObject));
  return a.items.every((item) => b.items.some((other) => isSamePython(item, other)));
}
