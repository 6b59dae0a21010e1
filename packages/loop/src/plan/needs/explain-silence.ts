import { getSystemErrorCode } from '@scalequest/core';
import type { Finding } from './need-check.ts';

/** How long a service may take to say what it serves. */
const timeoutMs = 10_000;

export interface SilentService {
  /** Its base URL, which is asked. */
  readonly url: string;
  /** As it is told of: no word of a key in it. */
  readonly name: string;
  readonly key: string | undefined;
  /** The variable that holds the key. */
  readonly keyVariable: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Why a service lists no models: nobody is there, it refuses the key, or it has no list, which need not be a fault. */
export async function explainSilence({ url, name, key, keyVariable, signal }: SilentService): Promise<Finding> {
  let status: number;
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/models`, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]),
    });
    status = response.status;
    await response.body?.cancel();
  } catch (error) {
    signal?.throwIfAborted();
    return {
      status: 'missing',
      what: `${name} cannot be reached from here.`,
      why: describeFailure(error),
      next: 'Check its address and the way there: a proxy of the environment is not used.',
    };
  }
  if (status === 401 || status === 403) {
    return {
      status: 'missing',
      what: `${name} refuses ${key === undefined ? 'who has no key' : 'the key'}: it answered ${status}.`,
      next: keyVariable === undefined ? 'Name the variable that holds its key: "keyEnv".' : `export ${keyVariable}=...`,
    };
  }
  return {
    status: 'warn',
    what: `${name} does not say what it serves: it answered ${status}.`,
    next: `Check the address: \`curl ${name}/models\`. A service may have no list; the first request of the loop will tell.`,
  };
}

/** In no words of the error: it may hold what was sent. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'The request failed.';
  if (error.name === 'TimeoutError') return `It said nothing for ${timeoutMs / 1000} s.`;
  const code = getSystemErrorCode(error.cause);
  return code === undefined ? 'The request failed.' : `The system says ${code}.`;
}
