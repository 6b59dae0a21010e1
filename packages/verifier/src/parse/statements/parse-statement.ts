import type { Form } from '../reader.ts';

/** Anything with a sign of relation at its top level: equations, chains, inequalities, named values, functions. */
export const parseStatement: Form = () => undefined;
