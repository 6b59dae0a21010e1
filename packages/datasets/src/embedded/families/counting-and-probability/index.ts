import type { Family } from '../../family.ts';

export const countingAndProbability: readonly Family[] = [];
