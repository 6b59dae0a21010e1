import type { Family } from '../family.ts';
import { algebra } from './algebra.ts';
import { countingAndProbability } from './counting-and-probability.ts';
import { geometry } from './geometry.ts';
import { intermediateAlgebra } from './intermediate-algebra.ts';
import { numberTheory } from './number-theory.ts';
import { prealgebra } from './prealgebra.ts';
import { precalculus } from './precalculus.ts';

/** Every family, subject by subject. */
export const families: readonly Family[] = [
  ...prealgebra,
  ...algebra,
  ...countingAndProbability,
  ...geometry,
  ...intermediateAlgebra,
  ...numberTheory,
  ...precalculus,
];
