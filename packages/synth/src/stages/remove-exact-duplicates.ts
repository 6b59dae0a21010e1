import { sha256Hex } from '@scalequest/core';
import type { OrderedStage } from '../engine/stage.ts';

/** Bytes of a hash: of a hundred million questions two differ with one hash in a thousandth of all runs. */
const hashBytes = 8;

/**
 * Drops a question that was asked before, word for word once case and white space are made equal. The first one stays. Drops
 * 'exact-duplicate', gives nothing. Near-duplicates stay.
 */
export function removeExactDuplicates(): OrderedStage<{ question: string }, object, readonly string[]> {
  return {
    order: 'in-order',
    ...{ name: 'duplicates', version: 1, settings: { match: 'exact' }, needs: ['question'], gives: [] },
    open: async () => {
      const seen = new Set<string>();
      return {
        prepare: async ({ rows }) => rows.map(({ fields }) => hash(fields.question)),
        judge: (_shard, hashes) => {
          const fresh: string[] = [];
          const decisions = hashes.map((one) => {
            if (seen.has(one)) return { drop: 'exact-duplicate' };
            seen.add(one);
            fresh.push(one);
            return { keep: {} };
          });
          return { decisions, memory: Buffer.from(fresh.join(''), 'hex') };
        },
        remember: (memory) => {
          const text = Buffer.from(memory).toString('hex');
          for (let at = 0; at < text.length; at += 2 * hashBytes) seen.add(text.slice(at, at + 2 * hashBytes));
        },
      };
    },
  };
}

function hash(question: string): string {
  return sha256Hex(question.toLowerCase().replaceAll(/\s+/g, ' ').trim()).slice(0, 2 * hashBytes);
}
