import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Place } from './admission.ts';
import type { ItemsJudge } from './items-judge.ts';
import { judgeInTurns } from './judge-in-turns.ts';
import { parseRequest } from './parse-request.ts';
import { checkBodyLength, readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';
import type { BadItem, JudgedItem } from './schemas.ts';
import type { ServerLimits } from './server-limits.ts';

/** What one request may have with the threads at a time: a message that is read, and one that waits behind it. */
const itemsForEachWorker = 200;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface JudgeRequestParts {
  readonly limits: ServerLimits;
  readonly admission: Admission;
  readonly judge: ItemsJudge;
}

/** One POST /verify: reads it, waits for its verdicts, and gives back what it held. A client that leaves stops its items. */
export async function judgeRequest(
  { request, response }: Exchange,
  { limits, admission, judge }: JudgeRequestParts,
): Promise<{ readonly items: readonly (JudgedItem | BadItem)[] }> {
  checkMediaType(request);
  checkBodyLength(request, limits.maxBodyBytes);
  // Before the body: what would be refused anyway need not be read.
  if (admission.isFull) throw admission.makeBusyError();
  const controller = new AbortController();
  const { signal } = controller;
  const held = admission.hold();
  const release = (place: Place): void => {
    // The pool lets go of what nobody wants when a worker comes free, which is within a budget. It counts until then.
    if (signal.aborted) setTimeout(place.release, limits.budgetMs).unref();
    else place.release();
  };
  response.once('close', () => {
    // An answer may be as large as its body: it counts until the client has taken it, and nothing is left to abort.
    if (!response.writableFinished) controller.abort(new RequestError('BAD_HTTP', 'The client left.'));
    release(held);
  });
  if (waitsForContinue(request)) response.writeContinue();
  const body = await readBody(request, {
    maxBytes: limits.maxBodyBytes,
    timeoutMs: limits.requestTimeoutMs,
    held,
  });
  const { items, ...how } = parseRequest(body, limits);
  const place = admission.enter(items.length);
  try {
    const mostAtOnce = itemsForEachWorker * limits.workers;
    return { items: await judgeInTurns(items, { judge: judge.judge, task: { ...how, signal }, mostAtOnce }) };
  } finally {
    release(place);
  }
}

/** A client that asks first sends no body that is refused anyway. */
function waitsForContinue({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && /100-continue/i.test(headers.expect ?? '');
}

/** A page in a browser cannot send this type to another origin unasked, so that none can use a server on its own machine. */
function checkMediaType({ headers }: IncomingMessage): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new RequestError('NOT_JSON', 'The body has to be of the type application/json.');
  if (encoding.toLowerCase() !== 'identity')
    throw new RequestError('NOT_JSON', 'The body must not be compressed: leave out Content-Encoding.');
}
