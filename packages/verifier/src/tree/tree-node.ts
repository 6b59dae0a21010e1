import type { Expression } from '../expression/expression.ts';
import type { Value } from '../parse/values.ts';

/** What a node is: a kind of answer, a kind of expression, or a part of one that has no value of its own. */
export type TreeNodeKind = Value['kind'] | Expression['kind'] | 'interval' | 'point' | 'row' | 'branch';

/**
 * One node of what was understood, as plain data: it can be sent as JSON and drawn without knowing the engine. The
 * kinds are for people and drawings; a new notation may bring new ones.
 */
export interface TreeNode {
  readonly kind: TreeNodeKind;
  /**
   * What its children do not say: a number, a name, the sign of a relation, the brackets of a tuple. Empty where the
   * kind says it all.
   */
  readonly label: string;
  /** What it is in its parent, such as `numerator`, or the name of a value; empty where the place says it all. */
  readonly role: string;
  /** The whole node as mathematics text. */
  readonly text: string;
  /** From left to right. */
  readonly children: readonly TreeNode[];
}
