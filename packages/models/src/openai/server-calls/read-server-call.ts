import type { Usage } from '../../model-client.ts';
import type { AttemptResult } from '../../scheduling/request-runner.ts';
import {
  classifyBadResponse,
  classifyServerCall,
  describeUnsupported,
  type FailureContext,
} from '../classify-failure.ts';
import { isSuccess } from '../http-exchange.ts';
import type { TransportAnswer } from '../transport.ts';
import type { ServerCall } from './server-call.ts';

/** What a server said, and the tokens that it read for it. */
export interface Called<T> {
  readonly value: T;
  readonly usage?: Usage | undefined;
}

/** What came of a request for something beside OpenAI's API. */
export function readServerCall<T>(
  { http, parsed }: TransportAnswer,
  { path, read }: ServerCall<T>,
  context: FailureContext,
): AttemptResult<Called<T>> {
  if (!isSuccess(http)) return { ok: false, failure: classifyServerCall(http, path, context) };
  const answer = parsed === undefined ? { problem: 'It is not JSON.' } : read(parsed);
  if ('unsupported' in answer) return { ok: false, failure: describeUnsupported(answer.unsupported, path, context) };
  return 'problem' in answer
    ? { ok: false, failure: classifyBadResponse(answer.problem, http.text, context) }
    : { ok: true, value: answer, usage: answer.usage, samples: 0 };
}
