import type { ExportRow } from './read-export.ts';

export interface ExportColumn {
  readonly name: keyof ExportRow;
  readonly type: 'STRING' | 'INT32' | 'INT64' | 'DOUBLE';
}

/** The columns of a table of samples, in their order. Seeds are larger than 32 bits. */
export function listColumns({ hasTexts }: { readonly hasTexts: boolean }): readonly ExportColumn[] {
  return hasTexts ? [...columns, ...textColumns] : columns;
}

const columns: readonly ExportColumn[] = [
  { name: 'benchmark', type: 'STRING' },
  { name: 'model', type: 'STRING' },
  { name: 'grader', type: 'STRING' },
  { name: 'id', type: 'STRING' },
  { name: 'epoch', type: 'INT32' },
  { name: 'outcome', type: 'STRING' },
  { name: 'score', type: 'INT32' },
  { name: 'verdict', type: 'STRING' },
  { name: 'rule', type: 'STRING' },
  { name: 'reason', type: 'STRING' },
  { name: 'gradingMs', type: 'DOUBLE' },
  { name: 'finishReason', type: 'STRING' },
  { name: 'promptTokens', type: 'INT64' },
  { name: 'completionTokens', type: 'INT64' },
  { name: 'latencyMs', type: 'DOUBLE' },
  { name: 'seed', type: 'INT64' },
];

const textColumns: readonly ExportColumn[] = [
  { name: 'problem', type: 'STRING' },
  { name: 'reference', type: 'STRING' },
  { name: 'reply', type: 'STRING' },
  { name: 'answer', type: 'STRING' },
];
