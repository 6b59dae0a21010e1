import type { Family } from '../../family.ts';

export const intermediateAlgebra: readonly Family[] = [];
