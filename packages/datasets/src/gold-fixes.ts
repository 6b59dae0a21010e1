import type { Problem } from './problem.ts';

/** A named correction of one reference. Applied on request only, after the pin was checked on the rows as they are. */
export interface GoldFix {
  readonly id: string;
  /** What the source's own rule gives. A fix is left out where the reference is another one. */
  readonly from: string;
  /**
   * `all`: every value is wanted, in any order. `any`: one of the values is enough. `unboxed`: the solution gives the
   * answer outside of a box. `wrong`: the source's answer is wrong or misprinted, and the first value is right.
   */
  readonly kind: 'all' | 'any' | 'unboxed' | 'wrong';
  readonly values: readonly [string, ...string[]];
}

/** The problems with corrected references, and the ids of those that changed. */
export interface FixedProblems {
  readonly problems: readonly Problem[];
  readonly appliedFixes: readonly string[];
}

export function applyGoldFixes(problems: readonly Problem[], fixes: readonly GoldFix[]): FixedProblems {
  const fixesById = new Map(fixes.map((fix) => [fix.id, fix]));
  const appliedFixes: string[] = [];
  const fixed = problems.map((problem) => {
    const fix = fixesById.get(problem.id);
    if (fix === undefined || fix.from !== problem.reference) return problem;
    appliedFixes.push(problem.id);
    return applyFix(problem, fix);
  });
  return { problems: fixed, appliedFixes };
}

function applyFix(problem: Problem, fix: GoldFix): Problem {
  switch (fix.kind) {
    case 'all':
      return { ...problem, reference: fix.values.join(', ') };
    case 'any':
      return { ...problem, otherReferences: fix.values.filter((value) => value !== problem.reference) };
    case 'unboxed':
    case 'wrong':
      return { ...problem, reference: fix.values[0] };
  }
}
