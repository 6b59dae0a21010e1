import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';

/** The rows of a file of SCALEQUEST_DATA_DIR. */
export async function readDataRows(path) {
  const rows = [];
  for await (const { value } of readJsonLines(join(process.env.SCALEQUEST_DATA_DIR, path))) rows.push(value);
  return rows;
}
