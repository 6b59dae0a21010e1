import type { BudgetLimits, TokenPrices } from '../scheduling/budget.ts';

/** One server of a model, and how it may be used. */
export interface EndpointOptions {
  /** Such as `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  /** Most requests at once. @defaultValue the client's */
  readonly maxConcurrency?: number;
  /** Its own limits, such as requests a second. @defaultValue none */
  readonly limits?: BudgetLimits;
  /** @defaultValue the client's */
  readonly prices?: TokenPrices;
}

/** Endpoints that may change while a client is at work. */
export interface EndpointSource {
  /** As they are now. */
  readonly endpoints: readonly EndpointOptions[];
  /** Calls back after each change. Returns how to take that back. */
  readonly onChange: (callback: () => void) => () => void;
}
