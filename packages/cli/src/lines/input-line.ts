import { z } from 'zod';
import type { RawRecord } from './raw-record.ts';

/** A line of the input in its place: one that asks for something, or one that cannot be read. */
export type InputLine<Item> = AskingLine<Item> | BadInputLine;

export interface AskingLine<Item> extends Asked<Item> {
  readonly kind: 'asked';
  /** About how much memory it takes, in characters. */
  readonly size: number;
}

export interface BadInputLine {
  readonly kind: 'bad';
  readonly id: string | number | null;
  readonly line: number;
  readonly error: string;
  /** The line as it was read; of one that is too long its beginning. */
  readonly text: string;
  readonly size: number;
}

/** What a line asks, and the name that its answer goes by. */
export interface Asked<Item> {
  readonly id: string | number;
  readonly item: Item;
}

export const idSchema: z.ZodType<string | number> = z.union(
  [
    z.string(),
    z.number().refine((id) => !Number.isInteger(id) || Number.isSafeInteger(id), {
      message: 'is too large for a number of JSON; write it as text',
    }),
  ],
  { error: ({ input }) => ((input ?? null) === null ? 'is missing' : 'is neither text nor a number') },
);

/** A text that must be there. A number is not taken for its text: digits that JSON cannot hold are lost by then. */
export const textSchema: z.ZodType<string> = z.string({ error: ({ input }) => describeNoText(input) });

// `1e-7` reads as something else.
function describeNoText(input: unknown): string {
  if ((input ?? null) === null) return 'is missing';
  return typeof input === 'number' ? 'is a number; write it as text, in quotes' : 'is no text';
}

/** Reads the value of a line as its schema says, or says what is wrong with it. */
export function readInputLine<Item>(
  schema: z.ZodType<Asked<Item>>,
  value: unknown,
  { line, text }: { readonly line: number; readonly text: string },
): InputLine<Item> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'asked', ...parsed.data, size: text.length };
  const issue = parsed.error.issues[0];
  const error = `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not understood'}`;
  return { kind: 'bad', id: findId(value), line, error, text, size: text.length };
}

export function asBadLine({ error, text, line }: Extract<RawRecord<unknown>, { readonly kind: 'bad' }>): BadInputLine {
  return { kind: 'bad', id: null, line, error, text, size: text.length };
}

/** The id of a line that is bad for another reason, so that its reader can tell which one it is. */
function findId(value: unknown): string | number | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
