import { excerpt } from '@scalequest/core';
import { CliError } from '../errors.ts';

const columns = ['id', 'reference', 'candidate', 'reply', 'problem'] as const;
type Column = (typeof columns)[number];

/** The first row of a table: which column is what. Other columns are left alone. */
export class TableHeader {
  readonly #width: number;
  readonly #places: ReadonlyMap<Column, number>;

  /** @throws CliError `BAD_HEADER` where a needed column is missing, or one is there twice */
  constructor(names: readonly string[], source: string) {
    const places = new Map<Column, number>();
    for (const [place, name] of names.entries()) {
      const column = columns.find((known) => known === name.trim().toLowerCase());
      if (column === undefined) continue;
      if (places.has(column)) throw headerError(source, `has two columns '${column}'`, names);
      places.set(column, place);
    }
    for (const needed of ['id', 'reference'] as const) {
      if (!places.has(needed)) throw headerError(source, `has no column '${needed}'`, names);
    }
    if (!places.has('candidate') && !places.has('reply')) {
      throw headerError(source, "has no column 'candidate' or 'reply'", names);
    }
    this.#width = names.length;
    this.#places = places;
  }

  /** The row as an object of JSON Lines would have it, or what is wrong with it. */
  read(cells: readonly string[]): { readonly value: Partial<Record<Column, string>> } | { readonly error: string } {
    if (cells.length !== this.#width) return { error: `has ${cells.length} cells, and the header ${this.#width}` };
    const value: Partial<Record<Column, string>> = {};
    for (const [column, place] of this.#places) value[column] = cells[place] ?? '';
    // A table cannot leave a cell out: of the two columns an empty one counts as left out. Both empty is an empty reply.
    if (value.candidate !== undefined && value.reply !== undefined) {
      if (value.candidate === '') delete value.candidate;
      else if (value.reply === '') delete value.reply;
    }
    return { value };
  }
}

function headerError(source: string, what: string, names: readonly string[]): CliError {
  return new CliError({
    code: 'BAD_HEADER',
    kind: 'request',
    what: `The header of '${source}' ${what}.`,
    why: `It reads: ${excerpt(names.join(' | '))}`,
    next: 'The first line names the columns: id, reference, candidate or reply, and problem if there is one, separated by commas (.csv) or tabs (.tsv).',
    fields: { source },
  });
}
