import type { Policy } from '../types.ts';

/** What a comparison of two readings found. `apart` is as strong as `same`: no reading of either makes them equal. */
export type Relation =
  | { readonly kind: 'same'; readonly policies: readonly Policy[] }
  | { readonly kind: 'apart'; readonly policies: readonly Policy[] }
  | { readonly kind: 'unknown'; readonly reason: 'no-rule' | 'unit-conflict' | 'ambiguous' };

export const same: Relation = { kind: 'same', policies: [] };
export const apart: Relation = { kind: 'apart', policies: [] };
export const unknown: Relation = { kind: 'unknown', reason: 'no-rule' };
