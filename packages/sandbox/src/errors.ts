import { ScaleQuestError } from '@scalequest/core';

export type SandboxErrorCode =
  | 'NO_PYTHON'
  | 'NO_SANDBOX'
  | 'JUDGE_FAILED'
  | 'SANDBOX_CLOSED'
  | 'BAD_PROGRAM'
  | 'BAD_OPTION';

export class SandboxError extends ScaleQuestError<SandboxErrorCode> {}
