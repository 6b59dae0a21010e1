import type { Expression } from '../../expression/expression.ts';
import { makeRational } from '../../rational.ts';

/** What math-verify makes of a text, as far as its comparison looks at it. */
export type MathValue =
  | { readonly kind: 'scalar'; readonly expression: Expression }
  | MathList
  | {
      readonly kind: 'interval';
      readonly isOpen: readonly [boolean, boolean];
      readonly ends: readonly [MathValue, MathValue];
    }
  | { readonly kind: 'combination'; readonly operator: string; readonly parts: readonly MathValue[] }
  | { readonly kind: 'named-set'; readonly name: string }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly Expression[])[] }
  | MathRelation
  | { readonly kind: 'chain'; readonly relations: readonly MathRelation[] };

/** A set in the order in which it was written, or a tuple. */
export interface MathList {
  readonly kind: 'set' | 'tuple';
  readonly items: readonly MathValue[];
}

export interface MathRelation {
  readonly kind: 'relation';
  /** `=`, `<`, `<=`, `>`, `>=`, `!=` */
  readonly operator: string;
  readonly left: MathValue;
  readonly right: MathValue;
}

/** The second factor of a percentage, known by its identity: `5\%` is 5 times this, and is not worked out. */
export const percentUnit: Expression = { kind: 'rational', value: makeRational(1n, 100n) };

export function makeScalar(expression: Expression): MathValue {
  return { kind: 'scalar', expression };
}
