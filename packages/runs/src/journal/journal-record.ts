import { z } from 'zod';

/** One line of `journal.jsonl`: what came back for one (id, epoch). */
export interface JournalRecord {
  readonly id: string;
  readonly epoch: number;
  /** The raw text of the model; empty where `error` says why there is none. */
  readonly reply: string;
  /** A thinking model's text, where the server gave it apart. */
  readonly reasoning?: string | undefined;
  readonly finishReason: 'stop' | 'length' | 'content-filter' | 'unknown';
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
  /** Of the request that succeeded, in milliseconds. Of recorded replies only where their source says it. */
  readonly latencyMs?: number | undefined;
  readonly attempts?: number | undefined;
  readonly endpoint?: string | undefined;
  readonly seed?: number | undefined;
  /** What a reward model gave the reply; higher is better. */
  readonly score?: number | undefined;
  /** Why there is no reply. Such a sample counts as finished unless errors are to be tried again. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

const count: z.ZodType<number> = z.number().int().min(0);

export const journalRecordSchema: z.ZodType<JournalRecord> = z.object({
  id: z.string(),
  epoch: count,
  reply: z.string(),
  reasoning: z.string().optional(),
  finishReason: z.enum(['stop', 'length', 'content-filter', 'unknown']),
  usage: z.object({ promptTokens: count, completionTokens: count }).optional(),
  latencyMs: z.number().optional(),
  attempts: count.optional(),
  endpoint: z.string().optional(),
  seed: z.number().optional(),
  score: z.number().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
