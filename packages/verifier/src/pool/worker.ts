import { verifyAnswer } from '../verify-answer.ts';
import { verifyReply } from '../verify-reply.ts';
import type { Batch, BatchResult } from './messages.ts';

/** The piscina worker: verifies a batch, saying before each item that it has come to it. */
export default function verifyBatch({ items, options, progress }: Batch): BatchResult {
  return items.map((item, index) => {
    Atomics.store(progress, 0, index + 1);
    return 'reply' in item ? verifyReply(item, options) : verifyAnswer(item, options);
  });
}
