export interface HeadlineClaim {
  readonly part: string;
  readonly what: string;
  readonly unit: string;
  /** Whether a larger figure is the better one, or a smaller. */
  readonly best: 'most' | 'least';
  /** One figure for each run. */
  readonly ours: readonly number[];
  readonly peers: readonly { readonly name: string; readonly figures: readonly number[] }[];
  readonly target?: {
    readonly says: string;
    readonly atLeast?: number;
    readonly atMost?: number;
    readonly figures: readonly number[];
  };
  readonly check?: string;
}

export interface HeadlineReport {
  readonly command: string;
  readonly machine: string;
  readonly node: string;
  readonly platform: string;
  readonly commit: string;
  readonly date: string;
  /** Of us, of each peer, and of what it runs on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly runs: number;
  readonly note?: string;
  readonly tookSeconds: Readonly<Record<string, number>>;
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
  readonly claims: readonly HeadlineClaim[];
}

export function describeHeadlines(report: HeadlineReport): string;
export function makeHeadlineTable(report: HeadlineReport): string;
export function placeHeadlineTable(readme: string, report: HeadlineReport): string;
export function saveHeadlines(report: HeadlineReport): void;
