import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@scalequest/core';

/** Whether an `Authorization` header carries the token. Takes the same time however much of it is right. */
export function isAuthorized(header: string | undefined, token: Secret): boolean {
  const given = /^Bearer +(.*)$/i.exec(header ?? '')?.[1]?.trim() ?? '';
  // Hashes have one length whatever was sent, which the comparison needs.
  return timingSafeEqual(hash(given), hash(token.reveal()));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
