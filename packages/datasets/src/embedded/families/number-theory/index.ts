import type { Family } from '../../family.ts';

export const numberTheory: readonly Family[] = [];
