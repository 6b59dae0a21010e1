import type { Family } from '../../family.ts';

export const geometry: readonly Family[] = [];
