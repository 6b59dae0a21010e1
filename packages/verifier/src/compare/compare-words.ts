import type { FormComparer } from './comparison.ts';

/** Choices, yes and no, and answers in words. */
export const compareWords: FormComparer = () => undefined;
