/** A question with its reference, as every benchmark gives it. */
export interface Problem {
  /** Unique in its benchmark, and the same in every copy of it. DESIGN's contracts name the form for each benchmark. */
  readonly id: string;
  /** The question, as the source writes it. */
  readonly problem: string;
  /** The answer known to be right, as the source writes it. */
  readonly reference: string;
  /** Further answers that are right as well, where the source accepts any of several. */
  readonly otherReferences?: readonly string[];
  /** What the source says beside: level, subject, solution, ... */
  readonly meta: Readonly<Record<string, unknown>>;
}
