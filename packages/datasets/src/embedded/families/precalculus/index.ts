import type { Family } from '../../family.ts';
import { level1 } from './level-1.ts';
import { level2 } from './level-2.ts';
import { level3 } from './level-3.ts';
import { level4 } from './level-4.ts';
import { level5 } from './level-5.ts';

export const precalculus: readonly Family[] = [...level1, ...level2, ...level3, ...level4, ...level5];
