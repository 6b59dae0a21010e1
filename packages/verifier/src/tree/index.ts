export { listReadings } from './list-readings.ts';
export type { TreeNode, TreeNodeKind } from './tree-node.ts';
