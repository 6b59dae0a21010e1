import { type ErrorDetails, ScaleQuestError } from '@scalequest/core';

/**
 * What can be done about a failure. `retry`: the same request may succeed soon. `shrink`: the server wants fewer
 * requests; wait, then the same again. `drop`: this request will never succeed, others may. `fatal`: none will.
 */
export type ErrorClass = 'retry' | 'shrink' | 'drop' | 'fatal';

export type ModelsErrorCode =
  | 'INVALID_OPTION'
  | 'ENDPOINT_UNREACHABLE'
  | 'WRONG_BASE_URL'
  | 'AUTH_FAILED'
  | 'QUOTA_EXHAUSTED'
  | 'MODEL_NOT_FOUND'
  | 'BAD_REQUEST'
  | 'CONTEXT_TOO_LONG'
  | 'BAD_RESPONSE'
  | 'SERVER_FAILED'
  | 'CONNECTION_LOST'
  | 'TIMED_OUT'
  | 'RATE_LIMITED'
  | 'OVERLOADED'
  | 'CLIENT_CLOSED'
  | 'NOT_SUPPORTED'
  | 'CANARY_FAILED'
  | 'BUDGET_SPENT'
  | 'NO_ENDPOINTS'
  | 'BAD_ENDPOINTS_FILE'
  | 'ENGINE_UNAVAILABLE'
  | 'MODEL_FILE_UNREADABLE'
  | 'MODEL_FILE_BROKEN'
  | 'CONTEXT_UNAVAILABLE'
  | 'CHAT_TEMPLATE_MISSING'
  | 'GENERATION_FAILED'
  | 'REPLAY_BAD_LINE'
  | 'REPLAY_MISSING';

export interface ModelsErrorDetails extends ErrorDetails<ModelsErrorCode> {
  readonly errorClass: ErrorClass;
}

/** What `generate` throws: `drop` where this request cannot be answered, `fatal` where no further one can. */
export class ModelsError extends ScaleQuestError<ModelsErrorCode> {
  readonly errorClass: ErrorClass;

  constructor(details: ModelsErrorDetails) {
    super(details);
    this.errorClass = details.errorClass;
  }
}
