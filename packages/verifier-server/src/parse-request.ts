import { isCheckable } from '@scalequest/verifier';
import { RequestError } from './request-error.ts';
import { requestSchema, type VerifyRequest } from './schemas.ts';

const mostCharacters = 300;

/** Reads a whole request; its items stay as they are, to be read one by one. */
export function parseRequest(body: unknown, { maxItems }: { readonly maxItems: number }): VerifyRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const text = `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not understood'}`;
    throw new RequestError('BAD_REQUEST', cut(text));
  }
  const { items, options } = parsed.data;
  if (items.length > maxItems)
    throw new RequestError('TOO_MANY_ITEMS', `The request has ${items.length} items; the most are ${maxItems}.`);
  try {
    // The verifier checks its options whenever it uses them, and says best what is wrong with a bound.
    isCheckable('x', options);
  } catch (error) {
    throw new RequestError('BAD_REQUEST', error instanceof Error ? error.message : 'The options are not understood.');
  }
  return parsed.data;
}

/** Names that are not known are the client's own, and as long as it likes. */
function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}... (${text.length} characters)`;
}
