import { readFile } from 'node:fs/promises';
import { asFileError, stripByteOrderMark } from '@scalequest/core';

/**
 * What a JSON file of the user's holds, for whoever checks it.
 *
 * @param refuse - makes the error of a file that is no JSON
 * @throws what `refuse` makes; CoreError `FILE_UNREADABLE`
 */
export async function readJsonFile(path: string, refuse: (why: string, cause: unknown) => Error): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  try {
    return JSON.parse(stripByteOrderMark(text));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
}
