import type { Family } from '../../family.ts';

export const precalculus: readonly Family[] = [];
