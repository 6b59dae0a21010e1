import type { Family } from '../../family.ts';

export const prealgebra: readonly Family[] = [];
