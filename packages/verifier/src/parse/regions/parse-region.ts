import type { Form } from '../reader.ts';

/** Subsets of the real numbers: unions of intervals, set-builder notation, `\\mathbb{R}` without points. */
export const parseRegion: Form = () => undefined;
