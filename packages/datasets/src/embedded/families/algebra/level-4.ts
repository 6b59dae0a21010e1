import type { Family } from '../../family.ts';

export const level4: readonly Family[] = [];
