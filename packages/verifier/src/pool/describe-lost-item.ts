import { extractAnswer } from '../extract/extract-answer.ts';
import type { Extraction, UndecidedReason, VerifyResult } from '../types.ts';
import { isProfileItem } from './is-profile-item.ts';
import type { AnyPoolItem, AnyPoolResult, Timing } from './types.ts';

/** A reply beyond this is not read again: extraction is linear, and still takes seconds for what is this long. */
const longestReply = 1_000_000;

interface LostItem {
  readonly reason: Extract<UndecidedReason, 'over-budget' | 'out-of-memory' | 'worker-failed'>;
  readonly ms: number;
  readonly rewards: boolean;
}

/** The result of an item that no worker came back from. */
export function describeLostItem(item: AnyPoolItem, { reason, ms, rewards }: LostItem): AnyPoolResult {
  const reward = rewards ? { reward: 0 as const } : {};
  // What the profile would have found is not known.
  if (isProfileItem(item)) return { verdict: 'undecided', reason, ...reward, ms };
  const result = { ...describeNothing(reason), ...reward, ms };
  return 'reply' in item ? { ...result, extraction: extractAgain(item.reply, item.mode ?? 'reply') } : result;
}

/** The result of something in a stream that is no item. */
export function describeBadItem(
  item: unknown,
  { refusal, rewards }: { readonly refusal: string; readonly rewards: boolean },
): AnyPoolResult {
  // Without a reference there is nothing to check; with one, a candidate that is no text earns nothing.
  const reward = rewards ? { reward: typeof read(item, 'reference') === 'string' ? (0 as const) : null } : {};
  const rest = { ...reward, refusal, ms: 0 };
  if (typeof read(item, 'profile') === 'string') return { verdict: 'undecided', reason: 'bad-item', ...rest };
  const result = { ...describeNothing('bad-item'), ...rest };
  return read(item, 'reply') === undefined ? result : { ...result, extraction: { status: 'no-answer' } };
}

/** A getter or a proxy of the caller's may throw anything. */
function read(item: unknown, name: string): unknown {
  try {
    return (item as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function describeNothing(reason: UndecidedReason): VerifyResult & Pick<Timing, 'reward'> {
  return {
    verdict: 'undecided',
    rule: 'none',
    proof: 'none',
    reason,
    policies: [],
    normalized: { reference: null, candidate: null },
    fuel: 0,
  };
}

/** Extraction cannot be what hung. */
function extractAgain(reply: string, mode: 'reply' | 'answer'): Extraction {
  return reply.length > longestReply ? { status: 'no-answer' } : extractAnswer(reply, { mode });
}
