import type { Family } from '../../family.ts';

export const level3: readonly Family[] = [];
