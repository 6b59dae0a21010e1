import { sha256Hex } from '@scalequest/core';

/** SHA-256 of the ids in their order, each with a line feed behind it. */
export function computeIdsSha256(ids: readonly string[]): string {
  return sha256Hex(ids.map((id) => `${id}\n`).join(''));
}
