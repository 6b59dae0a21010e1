import type { Family } from '../../family.ts';

export const algebra: readonly Family[] = [];
