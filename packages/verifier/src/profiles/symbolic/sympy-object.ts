import type { Expression } from '../../expression/expression.ts';

/** What SymPy makes of a text: a value, a relation that it leaves as it is, or one that it decides. */
export type SympyObject =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | {
      readonly kind: 'relation';
      /** `=`, `<`, `<=`, `>`, `>=`, `!=` */
      readonly operator: string;
      readonly left: SympyObject;
      readonly right: SympyObject;
    }
  | { readonly kind: 'truth'; readonly value: boolean };

/** SymPy's `oo`, as the name that no text can write. */
export const sympyInfinity: Expression = { kind: 'symbol', name: 'oo' };
