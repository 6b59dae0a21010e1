import { verifyAnswer } from '../verify-answer.ts';
import { verifyReply } from '../verify-reply.ts';
import type { Batch, BatchResult } from './messages.ts';

/** The piscina worker: verifies a batch, saying before each item that it has come to it. */
export default function verifyBatch({ items, options, progress }: Batch): BatchResult {
  return items.map((item, index) => {
    Atomics.store(progress, 0, index + 1);
    const startedAt = performance.now();
    const result = 'reply' in item ? verifyReply(item, options) : verifyAnswer(item, options);
    return { ...result, ms: Math.round((performance.now() - startedAt) * 1000) / 1000 };
  });
}
