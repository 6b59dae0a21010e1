import type { Family } from '../../family.ts';

export const level1: readonly Family[] = [];
