import type { Form } from '../reader.ts';

/** Matrices, determinants, and vectors in every notation. */
export const parseMatrix: Form = () => undefined;
