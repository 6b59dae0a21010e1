import type { Form } from '../reader.ts';

/** Answers in words: choices, yes and no, number words, names and properties. */
export const parseWords: Form = () => undefined;
