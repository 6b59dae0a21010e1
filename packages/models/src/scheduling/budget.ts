import type { Usage } from '../model-client.ts';
import { type Allowance, createAllowance } from './allowance.ts';
import { requireLimits } from './check-options.ts';
import type { Demand } from './demand.ts';

/** What requests may take together. Left out is unbounded. */
export interface BudgetLimits {
  /** Over time; no more than a twentieth of a second's at once. */
  readonly requestsPerSecond?: number;
  /** Of prompts and replies, as they are counted when the reply is there and estimated before; a second's at once. */
  readonly tokensPerMinute?: number;
  readonly maxInFlight?: number;
  /**
   * In the currency of the prices. A request goes only if what is spent, and the most that those in flight and itself can
   * cost, stay below it: it is never exceeded. 0 lets through what costs nothing.
   */
  readonly maxCost?: number;
}

/** Price of a million tokens. */
export interface TokenPrices {
  readonly prompt: number;
  readonly completion: number;
}

/** What was taken so far. */
export interface BudgetUse {
  readonly requests: number;
  readonly inFlight: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of what was counted. */
  readonly cost: number;
  /** The most that requests may have cost beyond that of which no count came: they broke off, or were given up. */
  readonly uncountedCost: number;
}

/**
 * What a request took: `unsent` where it never went out, `nothing` where it was turned away, `uncounted` where it may have
 * been worked on.
 */
export type Took = Usage | 'unsent' | 'nothing' | 'uncounted';

/** The right to send one request, to be settled once. */
export interface Reservation {
  readonly expectedTokens: number;
  readonly mostCost: number;
  readonly prices: TokenPrices | undefined;
}

/** Sends the next request of a client. `short` means that only the budget holds it back. */
export type ServeNext = () => 'served' | 'nothing' | 'short';

/** A client's place among those who share a budget. */
export interface BudgetShare {
  /** Serves all who share it, in turn. */
  readonly serve: () => void;
  readonly leave: () => void;
}

/** Limits that requests share: those of one endpoint, of one client, or of several clients. Made by {@link createBudget}. */
export interface Budget {
  readonly limits: BudgetLimits;
  /** Sets other limits from now on. What was taken stays counted. @throws ModelsError `INVALID_OPTION` */
  readonly change: (limits: BudgetLimits) => void;
  readonly getUse: () => BudgetUse;
  /** When a request may go; Infinity where another must end first; undefined where none of this cost ever can. */
  readonly getReadyAt: (now: number, demand: Demand, prices: TokenPrices | undefined) => number | undefined;
  readonly begin: (now: number, demand: Demand, prices: TokenPrices | undefined) => Reservation;
  /** Must be called once, however the request ends. */
  readonly settle: (now: number, reservation: Reservation, took: Took) => void;
  /** Whether a client waits for what the budget does not give yet. */
  readonly isWanted: boolean;
  /** Clients that join are served in turn, one request each: none takes all that comes free. */
  readonly join: (serveNext: ServeNext) => BudgetShare;
}

const perMillion = 1e6;

/**
 * Makes limits that several clients may share.
 *
 * @example
 * const budget = createBudget({ tokensPerMinute: 2_000_000, maxCost: 50 });
 * const writer = createOpenAiClient({ model: 'writer', baseUrls, budget, prices: { prompt: 1, completion: 3 } });
 * const judge = createOpenAiClient({ model: 'judge', baseUrls, budget, prices: { prompt: 2, completion: 8 } });
 *
 * @throws ModelsError `INVALID_OPTION`
 */
export function createBudget(first: BudgetLimits): Budget {
  let limits: BudgetLimits = {};
  let requests: Allowance | undefined;
  let tokens: Allowance | undefined;
  const use = { requests: 0, inFlight: 0, promptTokens: 0, completionTokens: 0, cost: 0, uncountedCost: 0 };
  let reservedCost = 0;
  /** Whose turn is next comes first. */
  let sharers: readonly ServeNext[] = [];
  let isWanted = false;

  const setLimits = (wanted: BudgetLimits): void => {
    requireLimits(wanted);
    const { requestsPerSecond, tokensPerMinute } = wanted;
    if (requestsPerSecond !== limits.requestsPerSecond) requests = makeAllowance(requestsPerSecond, 1 / 20);
    if (tokensPerMinute !== limits.tokensPerMinute) tokens = makeAllowance(tokensPerMinute && tokensPerMinute / 60, 1);
    limits = wanted;
  };

  /** Whoever the budget is short for keeps the first place: what needs much would else wait for ever behind what needs little. */
  const serve = (): void => {
    isWanted = false;
    for (let passed = 0; passed < sharers.length && !isWanted; ) {
      const [next, ...others] = sharers;
      const step = next?.();
      if (step === 'short') isWanted = true;
      else sharers = next === undefined ? others : [...others, next];
      passed = step === 'served' ? 0 : passed + 1;
    }
  };

  setLimits(first);
  return {
    get limits() {
      return limits;
    },
    change: (wanted) => {
      setLimits(wanted);
      serve();
    },
    getUse: () => ({ ...use }),
    getReadyAt: (now, demand, prices) => {
      const { maxInFlight = Infinity, maxCost = Infinity } = limits;
      const cost = computeCost(demand.most, prices);
      const spent = use.cost + use.uncountedCost;
      if (spent + cost > maxCost) return undefined;
      if (use.inFlight >= maxInFlight || spent + reservedCost + cost > maxCost) return Infinity;
      return Math.max(
        requests ? requests.getReadyAt(now, 1) : now,
        tokens ? tokens.getReadyAt(now, demand.expectedTokens) : now,
      );
    },
    begin: (now, demand, prices) => {
      const mostCost = computeCost(demand.most, prices);
      use.requests += 1;
      use.inFlight += 1;
      reservedCost += mostCost;
      if (requests) requests.draw(now, 1);
      if (tokens) tokens.draw(now, demand.expectedTokens);
      return { expectedTokens: demand.expectedTokens, mostCost, prices };
    },
    settle: (now, { expectedTokens, mostCost, prices }, took) => {
      use.inFlight -= 1;
      reservedCost = use.inFlight === 0 ? 0 : reservedCost - mostCost;
      if (took === 'unsent') {
        use.requests -= 1;
        if (requests) requests.giveBack(now, 1);
      }
      if (took === 'unsent' || took === 'nothing') {
        if (tokens) tokens.giveBack(now, expectedTokens);
      } else if (took === 'uncounted') {
        use.uncountedCost += mostCost;
      } else {
        use.promptTokens += took.promptTokens;
        use.completionTokens += took.completionTokens;
        use.cost += computeCost(took, prices);
        if (tokens) tokens.giveBack(now, expectedTokens - took.promptTokens - took.completionTokens);
      }
      serve();
    },
    get isWanted() {
      return isWanted;
    },
    join: (serveNext) => {
      sharers = [...sharers, serveNext];
      return {
        serve,
        leave: () => {
          sharers = sharers.filter((sharer) => sharer !== serveNext);
          serve();
        },
      };
    },
  };
}

export function computeCost({ promptTokens, completionTokens }: Usage, prices: TokenPrices | undefined): number {
  if (prices === undefined) return 0;
  return (promptTokens * prices.prompt + completionTokens * prices.completion) / perMillion;
}

function makeAllowance(perSecond: number | undefined, seconds: number): Allowance | undefined {
  return perSecond === undefined ? undefined : createAllowance({ perSecond, most: Math.max(1, perSecond * seconds) });
}
