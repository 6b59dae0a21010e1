import { isCheckable } from '@scalequest/verifier';
import { RequestError } from './request-error.ts';
import { requestSchema, type VerifyRequest } from './schemas.ts';

/** Reads a whole request; its items stay as they are, to be read one by one. */
export function parseRequest(body: unknown, { maxItems }: { readonly maxItems: number }): VerifyRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new RequestError(
      'BAD_REQUEST',
      `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not understood'}`,
    );
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
