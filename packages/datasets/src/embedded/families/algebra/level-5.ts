import type { Family } from '../../family.ts';

export const level5: readonly Family[] = [];
