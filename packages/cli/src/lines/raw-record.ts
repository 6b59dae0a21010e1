/** A part of the input that is one line of the output: a line of JSON Lines, or a row of a table. */
export type RawRecord<Content> =
  | { readonly kind: 'read'; readonly content: Content; readonly text: string; readonly line: number }
  | { readonly kind: 'bad'; readonly error: string; readonly text: string; readonly line: number };
