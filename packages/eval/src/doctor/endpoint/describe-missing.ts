import { broken, type Finding, warning } from '../check.ts';

/** What a server lacks: it stops a run that needs it, or that was told it is there, and else is worth a word. */
export function describeMissing({
  isNeeded,
  what,
  why,
  uses,
}: {
  readonly isNeeded: boolean;
  readonly what: string;
  readonly why: string;
  /** What would use it, in the plural. */
  readonly uses: string;
}): Finding {
  return isNeeded
    ? broken({
        what,
        why,
        next: `The run needs ${uses}, or --claims says that they are there. Serve the model with a server that has them.`,
      })
    : warning({
        what,
        why,
        next: `Nothing that is asked here needs ${uses}; other protocols and \`scalequest synth\` may.`,
      });
}
