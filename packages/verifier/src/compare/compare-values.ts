import { isContainer, printValue, type Value } from '../parse/values.ts';
import { compareAlternatives } from './compare-alternatives.ts';
import { compareContainers, compareWithElement } from './compare-containers.ts';
import { compareMatrices } from './compare-matrices.ts';
import { compareQuantities } from './compare-numbers.ts';
import { compareNumerals } from './compare-numerals.ts';
import { compareRegions } from './compare-regions.ts';
import { compareScalars, isQuantity } from './compare-scalars.ts';
import { compareStatements } from './compare-statements.ts';
import { compareWords } from './compare-words.ts';
import type { Comparison, FormComparer } from './comparison.ts';
import { type Relation, same, unknown } from './relation.ts';

/** Asked in this order; each looks for its form on either side. */
const forms: readonly FormComparer[] = [
  compareWords,
  compareStatements,
  compareRegions,
  compareMatrices,
  compareNumerals,
];

/**
 * Compares one reading of each answer. `apart` needs both to be understood in every part: two texts that nobody read
 * may always mean the same.
 */
export function compareValues(a: Value, b: Value, comparison: Comparison): Relation {
  if (a.kind === 'number' && b.kind === 'number') return compareQuantities(a, b, comparison);
  if (a.kind === 'alternatives') return compareAlternatives(a, b, comparison);
  if (b.kind === 'alternatives') return compareAlternatives(b, a, comparison);
  if (a.kind === 'text' || b.kind === 'text') return printValue(a) === printValue(b) ? same : unknown;
  for (const form of forms) {
    const relation = form(a, b, comparison) ?? form(b, a, comparison);
    if (relation !== undefined) return relation;
  }
  if (!isPlain(a) || !isPlain(b)) return unknown;
  if (isContainer(a) && isContainer(b)) return compareContainers(a, b, comparison);
  if (isContainer(a)) return compareWithElement(a, b, comparison);
  if (isContainer(b)) return compareWithElement(b, a, comparison);
  return compareScalars(a, b, comparison);
}

/** A scalar, or a container of values. */
function isPlain(value: Value): boolean {
  return isContainer(value) || isQuantity(value) || value.kind === 'infinity';
}
