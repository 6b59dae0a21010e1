import type { Expression } from '../../expression/expression.ts';
import { findClosing } from '../../text/brackets.ts';
import type { Form } from '../reader.ts';
import type { Value } from '../values.ts';
import { evaluateVectors, spacedRow } from './evaluate-vectors.ts';
import type { Grid } from './grid.ts';
import { readUnitVectors, unitVectors } from './unit-vectors.ts';

/** `\vec{0}`, in a space of any dimension. */
const nullVector = /^\\(?:mathbf|vec|bm|boldsymbol|overrightarrow) ?0$/;
const nothing: Expression = {
  kind: 'product',
  factors: [
    { kind: 'rational', value: { numerator: 0n, denominator: 1n } },
    { kind: 'symbol', name: unitVectors[0] },
  ],
};

/** Matrices, determinants, and vectors in every notation. */
export const parseMatrix: Form = (text, reader) => {
  if (/\\(?:mathbf|hat|vec|bm|boldsymbol|overrightarrow)/.test(text)) {
    const vector = nullVector.test(text) ? nothing : readUnitVectors(text, reader);
    if (vector !== null) return { kind: 'expression', expression: vector };
  }
  const labelled = /^([ADEKLMOPQRSTVWXYZ])(?=\()/.exec(text);
  if (labelled !== null && findClosing(text, 1) === text.length - 1) {
    const value = reader.readValue(text.slice(1));
    return value?.kind === 'tuple' ? { kind: 'assignment', entries: [{ name: text[0] as string, value }] } : undefined;
  }
  if (!mayHoldVectors(text)) return undefined;
  const result = evaluateVectors(text, reader);
  if (result === null || (!Array.isArray(result) && !/\\begin/.test(text))) return undefined;
  return Array.isArray(result) ? makeMatrix(result as Grid) : { kind: 'expression', expression: result as never };
};

/** A lone tuple is left to be a point or an interval. */
function mayHoldVectors(text: string): boolean {
  if (/\\begin\{|\\langle|^<|\[\[|[Mm]atrix\(/.test(text)) return true;
  if (text.startsWith('[') && (text.includes(';') || spacedRow.test(text))) return true;
  const isLone = /^[([]/.test(text) && findClosing(text, 0) === text.length - 1;
  return (
    !isLone &&
    text.includes(',') &&
    /[([]/.test(text) &&
    !/[=<>|:]|\\(?:cup|cap|in|le|ge|ne|setminus|to)(?![a-z])/.test(text)
  );
}

function makeMatrix(grid: Grid): Value {
  return {
    kind: 'matrix',
    rows: grid.map((row) =>
      row.map((cell) =>
        cell.kind === 'rational'
          ? { kind: 'number', value: cell.value, isPercent: false, unit: null }
          : { kind: 'expression', expression: cell },
      ),
    ),
  };
}
