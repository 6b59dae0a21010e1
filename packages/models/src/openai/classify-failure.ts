import { excerpt, getSystemErrorCode } from '@scalequest/core';
import type { ErrorClass, ModelsErrorCode, ModelsErrorDetails } from '../errors.ts';
import type { Failure } from '../scheduling/request-runner.ts';
import { readRetryAfterMs } from '../scheduling/retry-after.ts';
import { getHeader, type HttpAnswer } from './http-exchange.ts';
import { sanitiseError } from './sanitise-error.ts';
import { SilenceError } from './watch-silence.ts';

/** What the messages need to know of the client. */
export interface FailureContext {
  readonly endpoint: string;
  readonly model: string;
  readonly hasKey: boolean;
  /** Takes secrets out of a server's or a library's text. */
  readonly redact: (text: string) => string;
  /** Unix time in milliseconds. */
  readonly date: number;
}

/** What an answer that is no success means. */
export function classifyAnswer(answer: HttpAnswer, context: FailureContext): Failure {
  const { endpoint, model, hasKey } = context;
  const { status } = answer;
  const { message, code } = readErrorBody(answer.text);
  const said = context.redact(message);
  const retryAfterMs = readRetryAfterMs(
    { get: (name: string): string | null => getHeader(answer.headers, name) },
    context.date,
  );
  const fields = { endpoint, model, status };
  const why = said === '' ? `It answered ${status}.` : `It answered ${status}: ${excerpt(said)}`;
  const make = (
    errorCode: ModelsErrorCode,
    errorClass: ErrorClass,
    parts: Pick<ModelsErrorDetails, 'what' | 'next' | 'kind'>,
  ): Failure => ({
    details: { code: errorCode, errorClass, why, fields, ...parts },
    outcome:
      errorClass === 'shrink'
        ? { kind: 'refused', by: status === 429 ? 'rate' : 'load', retryAfterMs }
        : { kind: errorClass === 'retry' ? 'failed' : 'answered' },
    retryAfterMs,
  });

  if (code === 'insufficient_quota' || status === 402) {
    return make('QUOTA_EXHAUSTED', 'fatal', {
      what: `The account at ${endpoint} has no credit left.`,
      next: 'Check its plan and billing, then run the same command again: it goes on where it stopped.',
    });
  }
  if (status === 403) {
    return make('AUTH_FAILED', 'fatal', {
      kind: 'request',
      what: `${endpoint} forbids a request ${hasKey ? 'with this API key' : 'without an API key'}.`,
      next: `${hasKey ? 'Look at what the key may ask: its models, project and network' : 'Set SCALEQUEST_API_KEY or OPENAI_API_KEY to a key of this server'}. A proxy or gateway between may forbid it too.`,
    });
  }
  if (status === 401) {
    return make('AUTH_FAILED', 'fatal', {
      kind: 'request',
      what: `${endpoint} refused ${hasKey ? 'the API key' : 'a request without an API key'}.`,
      next: 'Set SCALEQUEST_API_KEY or OPENAI_API_KEY to a key of this server (the first that is set is used), or the variable that "keyEnv" or --key-env names.',
    });
  }
  if (status === 404 && isAboutModel(said, code)) {
    return make('MODEL_NOT_FOUND', 'fatal', {
      kind: 'request',
      what: `Model '${model}' is not served at ${endpoint}.`,
      next: `Name one that is: \`curl ${endpoint}/models\` lists them.`,
    });
  }
  if (status >= 300 && status < 400) {
    const location = getHeader(answer.headers, 'location');
    return make('WRONG_BASE_URL', 'fatal', {
      kind: 'request',
      what: `${endpoint} sends requests elsewhere.`,
      next: `Give the address itself${location === null ? '' : `; it points to ${excerpt(context.redact(location.split('?')[0] ?? ''))}`}: a redirect may take the API key to another server, and is not followed.`,
    });
  }
  if (status === 404 || status === 405) {
    return make('WRONG_BASE_URL', 'fatal', {
      kind: 'request',
      what: `${endpoint} does not look like the base URL of an OpenAI-compatible server.`,
      next: /\/v\d+$/.test(endpoint)
        ? `Check the address: \`curl ${endpoint}/models\` lists the models where it is right.`
        : `Check the address: most end in /v1, such as ${endpoint}/v1.`,
    });
  }
  if (status === 429) {
    return make('RATE_LIMITED', 'shrink', {
      what: `${endpoint} let no request in.`,
      next: 'Wait until its limit resets, then run the same command again: it goes on where it stopped.',
    });
  }
  if (status === 503 || status === 529) {
    return make('OVERLOADED', 'shrink', {
      what: `${endpoint} is overloaded or still starting.`,
      next: 'Wait until it is ready, then run the same command again: it goes on where it stopped.',
    });
  }
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    return make('SERVER_FAILED', 'retry', {
      what: `${endpoint} failed at a request.`,
      next: 'Look at the log of the server.',
    });
  }
  if (status === 413 || isAboutLength(said, code)) {
    return make('CONTEXT_TOO_LONG', 'drop', {
      what: `A prompt and its reply are longer than the context of model '${model}'.`,
      next: 'Lower maxTokens, shorten the prompt, or serve the model with a longer context.',
    });
  }
  return make('BAD_REQUEST', 'drop', {
    what: `${endpoint} does not accept a request.`,
    next: 'Check the prompt and the sampling options against what the server supports.',
  });
}

/** What a failure means that a server tells in the middle of a streamed answer: that of a whole answer with its status. */
export function classifyStreamError(
  { status, text }: { readonly status: number; readonly text: string },
  context: FailureContext,
): Failure {
  const { details, ...failure } = classifyAnswer({ status, headers: {}, text }, context);
  const said = excerpt(context.redact(readErrorBody(text).message));
  return { ...failure, details: { ...details, why: `In the middle of its answer it said: ${said}` } };
}

/**
 * What an answer means that is no success, of a path that not every server has. It is never the base URL that is wrong:
 * that is known by its completions.
 */
export function classifyServerCall(answer: HttpAnswer, path: string, context: FailureContext): Failure {
  const { message, code } = readErrorBody(answer.text);
  const isMissing = [404, 405, 501].includes(answer.status) && !(answer.status === 404 && isAboutModel(message, code));
  if (!isMissing) return classifyAnswer(answer, context);
  const said = context.redact(message);
  return describeUnsupported(`It answered ${answer.status}${said === '' ? '' : `: ${excerpt(said)}`}.`, path, context);
}

/** A server that will never do what it was asked for. */
export function describeUnsupported(why: string, path: string, { endpoint }: FailureContext): Failure {
  return {
    outcome: { kind: 'answered' },
    details: {
      code: 'NOT_SUPPORTED',
      kind: 'request',
      errorClass: 'fatal',
      what: `${endpoint} does not do what was asked of its ${path}.`,
      why,
      next: 'Look at how the server was started: rewards take `vllm serve --runner pooling`, or SGLang with `--is-embedding`. A gateway may not pass on what is no part of the OpenAI API.',
      fields: { endpoint, path },
    },
  };
}

/** No connection was made, so the request was not seen. */
const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** What a failed exchange means: no connection, or one that broke. */
export function classifyConnectionError(error: unknown, context: FailureContext): Failure {
  const { endpoint } = context;
  if (error instanceof SilenceError) return describeSilence(error, endpoint);
  const systemCode = getSystemErrorCode(error) ?? 'no code';
  const isUnreachable = unreachableCodes.has(systemCode);
  const cause = sanitiseError(error, context.redact);
  const why = `The system says ${systemCode}.`;
  const fields = { endpoint, systemCode };
  return isUnreachable
    ? {
        outcome: { kind: 'unreachable' },
        details: {
          code: 'ENDPOINT_UNREACHABLE',
          errorClass: 'retry',
          what: `${endpoint} cannot be reached.`,
          why,
          next: describeWayThere(systemCode, endpoint),
          fields,
          cause,
        },
      }
    : {
        outcome: { kind: 'failed' },
        details: {
          code: 'CONNECTION_LOST',
          errorClass: 'retry',
          what: `The connection to ${endpoint} broke before the whole answer was there.`,
          why,
          next: 'Look at the log of the server and of what stands between. A server of https closes what comes by http.',
          fields,
          cause,
        },
      };
}

function describeSilence({ silentMs }: SilenceError, endpoint: string): Failure {
  return {
    outcome: { kind: 'failed' },
    details: {
      code: 'CONNECTION_LOST',
      errorClass: 'retry',
      what: `${endpoint} fell silent before the whole answer was there.`,
      why: `No byte came for ${silentMs / 1000} s.`,
      next: 'Look whether the server still runs. Raise `stallMs` where requests wait longer than that for their first token.',
      fields: { endpoint, stallMs: silentMs },
    },
  };
}

/** Codes of a server that is there, and whose certificate or scheme is not as the address says. */
const wayThere: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server speaks no TLS at this address: begin it with http://.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is of another name: give the address that it was made for.',
  CERT_HAS_EXPIRED: 'The certificate has expired: renew it, and look at the clock of this machine.',
};
const untrustedCodes = /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

function describeWayThere(systemCode: string, endpoint: string): string {
  if (untrustedCodes.test(systemCode)) {
    return 'Nobody whom this machine trusts signed the certificate: set NODE_EXTRA_CA_CERTS to the file of its authority.';
  }
  return wayThere[systemCode] ?? `Check the address and that the server runs: \`curl ${endpoint}/models\`.`;
}

/** An answer with status 200 that is none. */
export function classifyBadResponse(problem: string, text: string, context: FailureContext): Failure {
  const { endpoint } = context;
  return {
    outcome: { kind: 'failed' },
    details: {
      code: 'BAD_RESPONSE',
      errorClass: 'retry',
      what: `${endpoint} sent an answer that cannot be used.`,
      why: `${problem} It begins: ${excerpt(context.redact(text))}`,
      next: text.trimStart().startsWith('<')
        ? 'Check the address: a web page answers there, such as that of a proxy, or the one that a server has beside its API.'
        : 'Check that the server speaks the OpenAI protocol.',
      fields: { endpoint },
    },
  };
}

/** OpenAI and vLLM: `{"error": {"message", "code"}}`; others: `{"message"}`, `{"detail"}`, `{"error": "..."}`, or plain text. */
function readErrorBody(text: string): { readonly message: string; readonly code: string | undefined } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { message: text.trim(), code: undefined };
  }
  const outer = toRecord(body);
  const inner = toRecord(outer.error);
  const message = [inner.message, outer.error, outer.message, outer.detail].find((value) => typeof value === 'string');
  const code = [inner.code, inner.type, outer.code].find((value) => typeof value === 'string');
  return {
    message: typeof message === 'string' ? message : text.trim(),
    code: typeof code === 'string' ? code : undefined,
  };
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isAboutModel(message: string, code: string | undefined): boolean {
  return code === 'model_not_found' || /\bmodel\b/i.test(message);
}

function isAboutLength(message: string, code: string | undefined): boolean {
  return (
    code === 'context_length_exceeded' ||
    /context (length|window|size)|maximum (context|model|sequence) length|max_model_len|prompt is too long/i.test(
      message,
    )
  );
}
