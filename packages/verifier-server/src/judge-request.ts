import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Place } from './admission.ts';
import type { ItemsJudge } from './items-judge.ts';
import { parseRequest } from './parse-request.ts';
import { readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';
import type { BadItem, JudgedItem } from './schemas.ts';
import type { ServerLimits } from './server-limits.ts';

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
  // Before the body: what would be refused anyway need not be read.
  if (admission.isFull) throw admission.makeBusyError();
  const controller = new AbortController();
  // Comes at the end of every answer, too, where nothing is left to abort.
  response.once('close', () => controller.abort(new RequestError('BAD_HTTP', 'The client left.')));
  const held = admission.hold();
  const places: Place[] = [held];
  const release = (): void => {
    for (const place of places) place.release();
  };
  try {
    const body = await readBody(request, {
      maxBytes: limits.maxBodyBytes,
      timeoutMs: limits.requestTimeoutMs,
      held,
    });
    const { items, ...how } = parseRequest(body, limits);
    places.push(admission.enter(items.length));
    return { items: await judge.judge(items, { ...how, signal: controller.signal }) };
  } finally {
    // The pool lets go of what nobody wants when a worker comes free, which is within a budget. It counts until then.
    if (controller.signal.aborted) setTimeout(release, limits.budgetMs).unref();
    else release();
  }
}

/** A page in a browser cannot send this type to another origin unasked, so that none can use a server on its own machine. */
function checkMediaType({ headers }: IncomingMessage): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new RequestError('NOT_JSON', 'The body has to be of the type application/json.');
  if (encoding.toLowerCase() !== 'identity')
    throw new RequestError('NOT_JSON', 'The body must not be compressed: leave out Content-Encoding.');
}
