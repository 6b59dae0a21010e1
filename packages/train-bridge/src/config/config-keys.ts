import { z } from 'zod';
import { type TrainKind, trainConfigSchema } from './train-config.ts';

/** The keys that a configuration of a kind may have, as `optimizer.learningRate`, in the order of the schema. */
export function listConfigKeys(kind: TrainKind): string[] {
  const schema = z.toJSONSchema(trainConfigSchema) as SchemaNode;
  const branch = schema.oneOf?.find(({ properties }) => properties?.kind?.const === kind);
  return [...new Set(branch === undefined ? [] : listLeaves(branch, ''))];
}

interface SchemaNode {
  readonly const?: unknown;
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function listLeaves(node: SchemaNode, path: string): string[] {
  if (node.oneOf !== undefined) return node.oneOf.flatMap((branch) => listLeaves(branch, path));
  if (node.properties === undefined) return [path];
  const prefix = path === '' ? '' : `${path}.`;
  return Object.entries(node.properties).flatMap(([key, child]) => listLeaves(child, `${prefix}${key}`));
}
