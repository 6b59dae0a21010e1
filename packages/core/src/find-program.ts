import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { makeChildEnvironment } from './env.ts';

/**
 * The path of a program that is named by its path, or found on the PATH; undefined where there is none.
 *
 * @param first - Folders that are looked into before those of the PATH.
 */
export function findProgram(name: string, first: readonly string[] = []): string | undefined {
  if (name.includes('/')) return isProgram(name) ? resolve(name) : undefined;
  const folders = [...first, ...(makeChildEnvironment().PATH ?? '').split(delimiter)].filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
