import { isSameBySympy } from '../symbolic/is-same-by-sympy.ts';
import type { SympyObject } from '../symbolic/sympy-object.ts';
import { removeOuterBrackets } from './brackets.ts';
import { extractDartSet, isDartSet } from './is-dart-equal.ts';
import { isSameStructure, parseDartLatex } from './parse-dart-latex.ts';

/** Rows of elements. A single column lies down, so that it is a point as well. */
export type DartMatrix = readonly (readonly SympyObject[])[];

const written = /\\begin\{[a-zA-Z]?(?:matrix|array)\}(?:\[lcr\])*?([^\n]*)\\end\{[a-zA-Z]?(?:matrix|array)\}/;

/** A matrix of LaTeX, or the elements of a point, list or set. A row ends at any backslash but `\frac` and `\sqrt`. */
export function parseDartMatrix(text: string): DartMatrix | undefined {
  const rows = splitRows(text.replaceAll(' ', ''));
  const read = rows?.map((row) => row.map(parseDartLatex));
  if (read === undefined || read.some((row) => row.length !== read[0]?.length)) return undefined;
  if (!read.every((row): row is SympyObject[] => row.every((element) => element !== undefined))) return undefined;
  return read[0]?.length === 1 ? [read.flat()] : read;
}

function splitRows(text: string): readonly (readonly string[])[] | undefined {
  const inside = written.exec(text)?.[1];
  if (inside !== undefined) return inside.split(/\\+(?!frac|sqrt)/).map((row) => row.split('&'));
  if (!text.includes(',')) return undefined;
  return [isDartSet(text) ? extractDartSet(text) : removeOuterBrackets(text).split(',')];
}

/** Element by element, after SymPy's simplification. */
export function isSameMatrix(a: DartMatrix, b: DartMatrix): boolean {
  return a.length === b.length && a.every((row, i) => isSameRow(row, b[i] as readonly SympyObject[]));
}

function isSameRow(a: readonly SympyObject[], b: readonly SympyObject[]): boolean {
  return a.length === b.length && a.every((element, i) => isSameElement(element, b[i] as SympyObject));
}

function isSameElement(a: SympyObject, b: SympyObject): boolean {
  if (isSameStructure(a, b)) return true;
  return a.kind === 'expression' && b.kind === 'expression' && isSameBySympy(a.expression, b.expression);
}
