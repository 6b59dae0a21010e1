import type { Family } from '../../family.ts';

export const level2: readonly Family[] = [];
