const deepest = 4;

/**
 * A copy of an error that is safe to keep as a cause: name, message and code, with secrets taken out, and nothing else.
 * Errors of HTTP clients hold the request, its headers and so the key.
 */
export function sanitiseError(error: unknown, redact: (text: string) => string, depth = 0): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = depth < deepest ? sanitiseError(error.cause, redact, depth + 1) : undefined;
  const copy = new Error(redact(error.message), cause === undefined ? undefined : { cause });
  copy.name = redact(error.name);
  if ('code' in error && typeof error.code === 'string') Object.assign(copy, { code: redact(error.code) });
  return copy;
}
