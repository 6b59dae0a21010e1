import { type ErrorKind, isScaleQuestError } from '@scalequest/core';

/** `warning` lets a run begin; `broken` stops it. */
export type CheckStatus = 'ok' | 'warning' | 'broken';

/** What a check found, in the three parts of an error message. */
export interface Finding {
  readonly status: CheckStatus;
  /** What was seen, as a sentence. */
  readonly what: string;
  readonly why?: string;
  /** What to do; there for all but `ok`. */
  readonly next?: string;
  /** Of what is broken: a wrong request (exit code 2) or trouble with the machine or the server (1). @defaultValue 'run' */
  readonly kind?: ErrorKind;
}

/** One thing that a doctor looks at. */
export interface Check {
  /** Stable, such as `disk` or `stop`. */
  readonly name: string;
  /** In a few words. */
  readonly looksAt: string;
  readonly run: () => Promise<Finding> | Finding;
}

export interface CheckResult extends Finding {
  readonly name: string;
  readonly looksAt: string;
  readonly ms: number;
}

interface Trouble {
  readonly what: string;
  readonly why?: string;
  readonly next: string;
  readonly kind?: ErrorKind;
}

export function ok(what: string): Finding {
  return { status: 'ok', what };
}

export function warning(trouble: Trouble): Finding {
  return { status: 'warning', ...trouble };
}

export function broken(trouble: Trouble): Finding {
  return { status: 'broken', ...trouble };
}

/** A known error as a finding. An unknown one is a defect and is thrown on. */
export function describeError(error: unknown, status: 'warning' | 'broken' = 'broken'): Finding {
  if (!isScaleQuestError(error)) throw error;
  return { status, ...error.parts, kind: error.kind };
}
