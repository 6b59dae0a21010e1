import type { AttemptResult } from '../scheduling/request-runner.ts';
import { classifyAnswer, classifyBadResponse, classifyStreamError, type FailureContext } from './classify-failure.ts';
import { isSuccess } from './http-exchange.ts';
import { type ReadResponse, readResponse } from './read-response.ts';
import type { TransportAnswer } from './transport.ts';

/** What came of a request for n samples, whole or streamed. */
export function readReplies(
  { http, parsed }: TransportAnswer,
  n: number,
  context: FailureContext,
): AttemptResult<ReadResponse> {
  const { streamed, text } = http;
  if (!isSuccess(http)) return { ok: false, failure: classifyAnswer(http, context) };
  if (streamed?.kind === 'error') return { ok: false, failure: classifyStreamError(streamed, context) };
  if (streamed?.kind === 'problem') {
    return { ok: false, failure: classifyBadResponse(streamed.problem, streamed.text, context) };
  }
  const response = parsed === undefined ? { problem: 'It is not JSON.' } : readResponse(parsed, n);
  return 'problem' in response
    ? { ok: false, failure: classifyBadResponse(response.problem, text, context) }
    : { ok: true, value: response, usage: response.usage, samples: n };
}
