import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const baseFile = join(import.meta.dirname, '..', 'page', 'base.css');

/** The style of a page of ours: colours and beginnings that all have in common, then the page's own file. */
export function readPageStyle(file: string): string {
  return `${readFileSync(baseFile, 'utf8')}\n${readFileSync(file, 'utf8')}`;
}
