import type { Expression } from '../expression/expression.ts';
import type { Fuel } from '../fuel.ts';
import type { Value } from './values.ts';

/**
 * What the grammar of one form needs of the whole. A form is a function `(text, reader) => Value | null | undefined`:
 * `undefined` says that the text has not this form, `null` that it has but is not understood, and then no other form
 * is tried. Texts are normalised ({@link normalizeText}) and trimmed.
 */
export interface Reader {
  readonly fuel: Fuel;
  /** Reads anything that may stand as an element of something larger: scalars, tuples, sets, matrices. */
  readValue(text: string): Value | null;
  /** Reads what may stand as a whole answer: numbers with units, lists, statements. */
  readWhole(text: string): Value | null;
  readExpression(text: string): Expression | null;
  /** Reads what may stand alone as an answer, with its unit: a value, or several side by side. */
  readList(text: string): Value | null;
  /** What else {@link readList} might have read, where commas or mixed numbers leave a choice. */
  readOthers(text: string): readonly Value[];
  /** Offers another meaning of the whole answer, less likely than the one that is returned. */
  offerReading(value: Value): void;
}

export type Form = (text: string, reader: Reader) => Value | null | undefined;
