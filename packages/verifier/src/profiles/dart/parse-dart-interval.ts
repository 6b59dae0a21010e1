import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import type { SympyObject } from '../symbolic/sympy-object.ts';
import { evaluateReal } from './evaluate-real.ts';
import { isSameStructure, parseDartLatex } from './parse-dart-latex.ts';

/** A union of intervals and points, as they are written. */
export type DartInterval = readonly DartPiece[];

interface DartPiece {
  readonly left: SympyObject;
  readonly right: SympyObject;
  readonly isLeftOpen: boolean;
  readonly isRightOpen: boolean;
}

/** Longer unions are not read. */
const mostPieces = 20;

/** `(-\infty,0]\cup[1,2)`, `\{1\}\cup(2,3)`. A point of the plane is an open interval here. Intersections are not read. */
export function parseDartInterval(text: string): DartInterval | undefined {
  const pieces = text.replaceAll(' ', '').split('\\cup');
  if (pieces.length > mostPieces) return undefined;
  const read = pieces.map(readPiece);
  return read.every((piece) => piece !== undefined) ? read : undefined;
}

function readPiece(text: string): DartPiece | undefined {
  const point = /^(?:\\\{(.*)\\\}|\{(.*)\})$/s.exec(text);
  if (point !== null) {
    const value = parseDartLatex(point[1] ?? point[2] ?? '');
    return value && { left: value, right: value, isLeftOpen: false, isRightOpen: false };
  }
  const match = /^(\\?[([])([^,]*),([^,]*?)(\\?[)\]])$/.exec(text);
  if (match === null) return undefined;
  const [, open, first, second, close] = match as unknown as readonly string[];
  const [left, right] = [parseDartLatex(first as string), parseDartLatex(second as string)];
  if (left === undefined || right === undefined) return undefined;
  const [low, high] = [evaluateReal(left), evaluateReal(right)];
  if (low !== undefined && high !== undefined && low >= high) return undefined;
  return {
    left,
    right,
    // An infinite end is never closed.
    isLeftOpen: open?.endsWith('(') === true || low === Number.NEGATIVE_INFINITY,
    isRightOpen: close?.endsWith(')') === true || high === Number.POSITIVE_INFINITY,
  };
}

/** The same pieces in any order. */
export function isSameIntervals(a: DartInterval, b: DartInterval): boolean {
  return a.length === b.length && a.every((piece) => b.some((other) => isSamePiece(piece, other)));
}

/** The original takes the elements of a difference of sets for its size: two that differ in the number 0 are equal. */
function isSamePiece(a: DartPiece, b: DartPiece): boolean {
  return (
    (a.isLeftOpen === b.isLeftOpen || evaluateReal(a.left) === 0) &&
    (a.isRightOpen === b.isRightOpen || evaluateReal(a.right) === 0) &&
    isSameEnd(a.left, b.left) &&
    isSameEnd(a.right, b.right)
  );
}

function isSameEnd(a: SympyObject, b: SympyObject): boolean {
  if (isSameStructure(a, b)) return true;
  return a.kind === 'expression' && b.kind === 'expression' && isSameBySympy(a.expression, b.expression);
}
