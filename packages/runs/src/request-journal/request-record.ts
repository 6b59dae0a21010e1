import { z } from 'zod';

/** What is known of a request that was answered or set aside. One line of `answers.jsonl`. */
export type RequestRecord =
  | { readonly key: string; readonly request: string; readonly sends: number; readonly response: unknown }
  | { readonly key: string; readonly request: string; readonly sends: number; readonly error: RecordedError };

/** Why a request was set aside. */
export interface RecordedError {
  readonly code: string;
  readonly message: string;
}

const base = { key: z.string(), request: z.string(), sends: z.number().int().nonnegative() };

export const requestRecordSchema: z.ZodType<RequestRecord> = z.union([
  z.object({ ...base, error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ ...base, response: z.unknown().refine((value) => value !== undefined) }),
]);

/** A request that is about to be sent. One line of `sent.jsonl`. */
export interface SentRecord {
  readonly key: string;
}

export const sentRecordSchema: z.ZodType<SentRecord> = z.object({ key: z.string() });
