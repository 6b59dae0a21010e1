/** What a shard file can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What stages know of a row, by field. */
export type Fields = { readonly [field: string]: Json };

/** What a row is known by, for ever: its place in the output of a generator. Ids of requests, seeds and lineage come from it. */
export interface RowPlace {
  readonly generator: string;
  /** From 0, in the order in which the generator is asked. */
  readonly index: number;
}

/** A row on its way through the stages. */
export interface Row<Known extends object = Fields> extends RowPlace {
  readonly fields: Known;
}

/** A row's place as a text, such as `qwen/1047`. */
export function formatRowId({ generator, index }: RowPlace): string {
  return `${generator}/${index}`;
}
