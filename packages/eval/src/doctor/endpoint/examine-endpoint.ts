import type { CheckResult } from '../check.ts';
import type { RunNeeds } from '../describe-needs.ts';
import { runChecks } from '../run-checks.ts';
import { checkAnswer, firstProbe } from './check-answer.ts';
import { checkContent } from './check-content.ts';
import { checkContext } from './check-context.ts';
import { checkFirstToken } from './check-first-token.ts';
import { checkLogprobs } from './check-logprobs.ts';
import { checkMaxTokens } from './check-max-tokens.ts';
import { checkN } from './check-n.ts';
import { checkSeed } from './check-seed.ts';
import { checkStop } from './check-stop.ts';
import { checkTemplate } from './check-template.ts';
import { createProber, type ProbedEndpoint, type Used } from './prober.ts';

/** What a server may be said to honour. */
export const claims = ['stop', 'n', 'seed', 'logprobs'] as const;
export type Claim = (typeof claims)[number];

export interface ExamineEndpointInput {
  readonly endpoint: ProbedEndpoint;
  readonly needs: RunNeeds;
  /** What it is said to honour, beside what the run needs. */
  readonly claims: ReadonlySet<Claim>;
  /** `quick` leaves out what neither the run needs nor anybody claims, and sends a shorter long prompt. */
  readonly scope: 'quick' | 'whole';
  readonly signal?: AbortSignal | undefined;
}

/** The longest prompt that is sent, in tokens. */
const longPrompt = { quick: 8_192, whole: 16_384 } as const;

/** Asks one server the probes, side by side once the first is answered. */
export async function examineEndpoint({
  endpoint,
  needs,
  claims: claimed,
  scope,
  signal,
}: ExamineEndpointInput): Promise<{ readonly checks: readonly CheckResult[]; readonly used: Used }> {
  const prober = createProber({ endpoint, kind: needs.kind, signal });
  const first = await prober.ask(firstProbe);
  // What took too long is said by the check of the time.
  const isSlow = 'error' in first && first.error.code === 'TIMED_OUT';
  const opening = await runChecks([isSlow ? checkFirstToken(prober) : checkAnswer(prober, endpoint)]);
  if ('error' in first) return { checks: opening, used: prober.getUsed() };
  const isWanted = (claim: Claim, isUsed: boolean): { readonly isNeeded: boolean } | undefined => {
    const isNeeded = isUsed || claimed.has(claim);
    return isNeeded || (scope === 'whole' && claim !== 'logprobs') ? { isNeeded } : undefined;
  };
  const stop = isWanted('stop', needs.hasStops);
  const seed = isWanted('seed', needs.temperature > 0) && { isClaimed: claimed.has('seed') };
  const n = isWanted('n', false);
  const logprobs = isWanted('logprobs', false);
  const others = await runChecks(
    [
      checkFirstToken(prober),
      checkMaxTokens(prober),
      checkTemplate(prober, needs),
      ...(needs.kind === 'chat' ? [checkContent(prober)] : []),
      checkContext({ prober, endpoint, needs, mostTokens: longPrompt[scope] }),
      ...(stop === undefined ? [] : [checkStop(prober, stop)]),
      ...(seed === undefined ? [] : [checkSeed(prober, seed)]),
      ...(n === undefined ? [] : [checkN(prober, n)]),
      ...(logprobs === undefined ? [] : [checkLogprobs(prober, logprobs)]),
    ],
    { atOnce: true },
  );
  return { checks: [...opening, ...others], used: prober.getUsed() };
}

/** The most that the probes of one server cost where each is sent once, to be said before they are. */
export function estimateProbes({
  needs,
  claims: claimed,
  scope,
}: Pick<ExamineEndpointInput, 'needs' | 'claims' | 'scope'>): { readonly requests: number; readonly tokens: number } {
  const isAsked = (claim: Claim, isUsed: boolean): boolean =>
    isUsed || claimed.has(claim) || (scope === 'whole' && claim !== 'logprobs');
  const requests =
    (needs.kind === 'chat' ? 6 : 3) +
    (needs.beginning === undefined ? 0 : 1) +
    (isAsked('stop', needs.hasStops) ? 1 : 0) +
    (isAsked('seed', needs.temperature > 0) ? 3 : 0) +
    (isAsked('n', false) ? 1 : 0) +
    (isAsked('logprobs', false) ? 1 : 0);
  const long = Math.min(needs.maxTokens + Math.ceil(needs.longestPrompt / 6), longPrompt[scope]);
  // Of the short ones few have more than a hundred, with their replies.
  return { requests, tokens: long + (requests - 1) * 100 };
}
