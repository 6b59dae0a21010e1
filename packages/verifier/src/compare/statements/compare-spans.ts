import type { Expression } from '../../expression/expression.ts';
import { listSymbols } from '../../expression/symbols.ts';
import type { Comparison } from '../comparison.ts';
import { apart, type Relation, same, unknown } from '../relation.ts';
import { add, multiply, negate, renameAll, zero } from './algebra.ts';

/** A scalar function, or one with several components. */
export type Vector = readonly Expression[];

const mostVectors = 3;

/**
 * Compares what two systems of functions span with constant factors. A vector lies in the span of others where every
 * determinant of them and it vanishes, each row taken at its own point: functions are dependent when, and only when,
 * they are so at all points together.
 */
export function compareSpans(a: readonly Vector[], b: readonly Vector[], comparison: Comparison): Relation {
  const sizes = new Set([...a, ...b].map((vector) => vector.length));
  if (a.length > mostVectors || b.length > mostVectors || sizes.size !== 1) return unknown;
  const [independentA, independentB] = [areDependent(a, comparison), areDependent(b, comparison)];
  if (independentA !== 'apart' || independentB !== 'apart') return unknown;
  if (a.length !== b.length) return apart;
  let isOpen = false;
  for (const vector of b) {
    const relation = areDependent([...a, vector], comparison);
    if (relation === 'apart') return apart;
    if (relation !== 'same') isOpen = true;
  }
  return isOpen ? unknown : { ...same, proof: 'modular' };
}

/** `same` where the vectors depend on each other, `apart` where they do not. */
export function areDependent(vectors: readonly Vector[], comparison: Comparison): Relation['kind'] {
  const names = [...new Set(vectors.flat().flatMap(listSymbols))];
  const width = vectors[0]?.length ?? 0;
  const copies = names.length === 0 ? 1 : vectors.length;
  const rows: Expression[][] = [];
  for (let copy = 0; copy < copies; copy++) {
    for (let i = 0; i < width; i++) {
      rows.push(vectors.map((vector) => renameAll(vector[i] ?? zero, names, `u_${copy}`.replace('_', ''))));
    }
  }
  const choices = chooseRows(rows, vectors.length);
  if (choices.length > 64) return 'unknown';
  let isOpen = false;
  for (const choice of choices) {
    const { kind } = comparison.compareExpressions(determinant(choice), zero);
    if (kind === 'apart') return 'apart';
    if (kind !== 'same') isOpen = true;
  }
  return isOpen ? 'unknown' : 'same';
}

function chooseRows(rows: readonly Expression[][], size: number): readonly (readonly Expression[][])[] {
  if (size === 0) return [[]];
  return rows.flatMap((row, i) => chooseRows(rows.slice(i + 1), size - 1).map((rest) => [row, ...rest]));
}

function determinant(rows: readonly (readonly Expression[])[]): Expression {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0) return first?.[0] ?? zero;
  const terms = first.map((factor, column) => {
    const minor = determinant(others.map((row) => row.toSpliced(column, 1)));
    const term = multiply(factor, minor);
    return column % 2 === 0 ? term : negate(term);
  });
  return add(...terms);
}
