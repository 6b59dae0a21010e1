import { isScaleQuestError } from '@scalequest/core';

/** `warn` lets a loop begin and may cost it later; `missing` stops it. */
export type NeedStatus = 'ok' | 'warn' | 'missing';

/** What was found of one thing that must be there. */
export interface Finding {
  readonly status: NeedStatus;
  /** What was seen, as a sentence. */
  readonly what: string;
  readonly why?: string;
  /** What to do, as a command where there is one. There for all but `ok`. */
  readonly next?: string;
}

/** One prerequisite of a loop, looked at. */
export interface NeedCheck extends Finding {
  /** Such as `model Qwen2-Math-7B` or `disk`. */
  readonly name: string;
  /** Those that want it. */
  readonly steps: readonly string[];
}

export const ok = (what: string): Finding => ({ status: 'ok', what });

/** A known error as a finding. An unknown one is a defect and is thrown on. */
export function describeError(error: unknown, status: 'warn' | 'missing' = 'missing'): Finding {
  if (!isScaleQuestError(error)) throw error;
  return { status, ...error.parts };
}
