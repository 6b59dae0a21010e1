import { formatRowId, type Json, type Row } from '../engine/row.ts';

/** What a column holds. `json` is text that is JSON: values of several kinds, or objects. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'texts' | 'numbers' | 'json';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** Values by column. */
export type Flat = Readonly<Record<string, Json>>;

/** Fields that would make the dataset many times as large: they stay in the run folder. */
export const bulkyFields: readonly string[] = ['responses', 'checks'];

/** Columns that come first, in this order, where rows have them. */
const firstColumns = [
  'id',
  'generator',
  'query',
  'response',
  'answer',
  'difficulty',
  'verdict',
  'rewards',
  'selected_by',
  'selected_position',
  'majority_share',
  'direction',
  'rewritten',
  'stage',
  'reason',
  'because',
];

/** What a column holds although no row may show it, such as an answer that is null everywhere. */
const knownTypes: Readonly<Record<string, ColumnType>> = {
  ...{ query: 'text', response: 'text', answer: 'text', verdict: 'text', because: 'text' },
  difficulty: 'number',
  rewards: 'numbers',
  ...{ majority_share: 'number', selected_position: 'integer' },
};

/**
 * A row as columns: `question` is the query, what a selection and a judge of solvability said stands in columns of its own, and
 * every other field keeps its name in small letters with underscores.
 *
 * @example
 * flattenRow(row); // { id: 'qwen/17', generator: 'qwen', query: '…', response: '…', difficulty: 0.4, majority_share: 0.8 }
 */
export function flattenRow(row: Row, { leaveOut = bulkyFields }: { readonly leaveOut?: readonly string[] } = {}): Flat {
  const flat: Record<string, Json> = { id: formatRowId(row), generator: row.generator };
  for (const [field, value] of Object.entries(row.fields)) {
    if (leaveOut.includes(field)) continue;
    if (field === 'question') set(flat, 'query', value);
    else if (field === 'solvability' && isObject(value)) set(flat, 'verdict', value.verdict ?? null);
    else if (field === 'selected' && isObject(value)) {
      set(flat, 'selected_by', value.by ?? null);
      set(flat, 'selected_position', value.position ?? null);
      set(flat, 'majority_share', value.share ?? null);
    } else set(flat, toColumnName(field), value);
  }
  return flat;
}

/** A name that is taken gets an ending: no field is lost. */
function set(flat: Record<string, Json>, name: string, value: Json): void {
  let free = name;
  while (Object.hasOwn(flat, free)) free = `${free}_field`;
  flat[free] = value;
}

/** A row as a line of JSON that reads as the Parquet files do: the same columns in the same order, and of each one kind of values. */
export function fitToColumns(row: Flat, columns: readonly Column[]): Flat {
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const value = row[name] ?? null;
      return [name, value === null || type !== 'json' ? mend(value) : mend(JSON.stringify(value))];
    }),
  );
}

/** Half of a character, which no reader takes, becomes the sign for what cannot be read, as in the Parquet files. */
function mend(value: Json): Json {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  return Array.isArray(value) ? value.map(mend) : value;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a field that was met: rows have the same few. */
const columnNames = new Map<string, string>();

function toColumnName(field: string): string {
  const known = columnNames.get(field);
  if (known !== undefined) return known;
  const name = field
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '_')
    .toLowerCase();
  // Neither no name nor the one that is a setter is a name for a column.
  const free = name === '' || name === '__proto__' ? '_' : name;
  columnNames.set(field, free);
  return free;
}

/** The kinds of values seen so far, by column. `none`: only null; `empty`: only lists of nothing or of nulls. */
export type Seen = ColumnType | 'none' | 'empty';

/** Takes in the values of a row. Gives true where a column is new or holds another kind than before. */
export function widen(seen: Map<string, Seen>, flat: Flat): boolean {
  let isWider = false;
  for (const name in flat) {
    const before = seen.get(name);
    const kind = join(before ?? knownTypes[name] ?? 'none', kindOf(flat[name] as Json));
    if (kind === before) continue;
    seen.set(name, kind);
    isWider = true;
  }
  return isWider;
}

export function listColumns(seen: ReadonlyMap<string, Seen>): readonly Column[] {
  const place = (name: string): number => {
    const found = firstColumns.indexOf(name);
    return found < 0 ? firstColumns.length : found;
  };
  const names = [...seen.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return names.map((name) => ({ name, type: toColumnType(seen.get(name) as Seen) }));
}

export function toColumnType(seen: Seen): ColumnType {
  if (seen === 'none') return 'text';
  return seen === 'empty' ? 'texts' : seen;
}

function kindOf(value: Json): Seen {
  if (value === null) return 'none';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  if (!Array.isArray(value)) return 'json';
  // A reward that could not be had is null in its list.
  const known = value.filter((one) => one !== null);
  if (known.length === 0) return 'empty';
  if (known.every((one) => typeof one === 'number')) return 'numbers';
  return known.every((one) => typeof one === 'string') ? 'texts' : 'json';
}

function join(before: Seen, now: Seen): Seen {
  if (before === now || now === 'none') return before;
  if (before === 'none') return now;
  const both = new Set<Seen>([before, now]);
  if (both.has('integer') && both.has('number')) return 'number';
  if (both.has('empty') && both.has('texts')) return 'texts';
  if (both.has('empty') && both.has('numbers')) return 'numbers';
  return 'json';
}
