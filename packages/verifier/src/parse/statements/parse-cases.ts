import type { Form } from '../reader.ts';

/** `\\begin{cases}`, and values each with a condition in words. */
export const parseCases: Form = () => undefined;
