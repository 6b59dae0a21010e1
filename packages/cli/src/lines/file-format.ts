/** How a file holds its lines. */
export type FileFormat = 'jsonl' | 'csv' | 'tsv';

export const fileFormats: readonly FileFormat[] = ['jsonl', 'csv', 'tsv'];

/**
 * The format that the name of a file tells, with `.gz` behind it or without; where it tells none, the one that was
 * asked for.
 */
export function chooseFormat(name: string, asked: FileFormat = 'jsonl'): FileFormat {
  const end = /\.(jsonl|ndjson|json|csv|tsv)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  if (end === undefined) return asked;
  return end === 'csv' || end === 'tsv' ? end : 'jsonl';
}

export function delimiterOf(format: 'csv' | 'tsv'): string {
  return format === 'csv' ? ',' : '\t';
}
