import type { FormComparer } from './comparison.ts';

/** Equations, conditions, named values, functions, families and cases. */
export const compareStatements: FormComparer = () => undefined;
