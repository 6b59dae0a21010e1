import type { FormComparer } from './comparison.ts';

/** Matrices and vectors, also against points. */
export const compareMatrices: FormComparer = () => undefined;
