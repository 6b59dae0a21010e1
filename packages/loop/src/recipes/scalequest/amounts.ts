/** What a recipe comes to on average, for plans. Lengths in tokens, shares of the questions that are asked. */
export interface PaperAmounts {
  /** Of a question, and of what stands around it where it is put to a model. */
  readonly question: number;
  readonly around: number;
  readonly verdict: number;
  /** Of tests that a model writes. */
  readonly tests: number;
  readonly response: number;
  /** Of a rewriting with its thoughts, and of what the rewriter is told beside the question. */
  readonly rewriting: number;
  readonly rewriterPrompt: number;
  readonly responses: number;
  /** What each filter leaves. */
  readonly afterLanguage: number;
  readonly afterVerdict: number;
  readonly afterAll: Readonly<Record<string, number>>;
  /** Of a reply to a problem of a benchmark. */
  readonly reply: number;
  /** Where the figures come from. */
  readonly because: string;
}

/** Figures of the paper's run (arXiv 2410.18693v2) and of 100 released rows; what they do not say is marked in `because`. */
export const mathAmounts: PaperAmounts = {
  ...{ question: 56, around: 60, verdict: 300, tests: 0, response: 370, rewriting: 400, rewriterPrompt: 450 },
  ...{ responses: 5, afterLanguage: 0.8, afterVerdict: 0.6, reply: 500 },
  afterAll: { qwen: 0.6, deepseek: 0.4 },
  because:
    "shares and lengths of the paper's run: 20.1, 19.4 and 9.2 % of the questions dropped, 600,000 and 400,000 of a million kept; lengths of verdicts, rewritings and replies are estimates",
};
