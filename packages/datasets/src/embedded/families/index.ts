import type { Family } from '../family.ts';
import { algebra } from './algebra/index.ts';
import { countingAndProbability } from './counting-and-probability/index.ts';
import { geometry } from './geometry/index.ts';
import { intermediateAlgebra } from './intermediate-algebra/index.ts';
import { numberTheory } from './number-theory/index.ts';
import { prealgebra } from './prealgebra/index.ts';
import { precalculus } from './precalculus/index.ts';

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
