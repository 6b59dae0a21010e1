import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathExists } from '@scalequest/core';
import { clusterPackages, pythonFolder } from '../worker-files.ts';

/**
 * Puts the worker's source into the run folder, where the machines of a cluster find it: what is installed here is not
 * installed there. Named by its hash, so that a later version stands beside it.
 *
 * @returns the folder for PYTHONPATH
 */
export async function copyWorker(runFolder: string): Promise<string> {
  const files = await readSource();
  const hash = createHash('sha256');
  for (const { name, bytes } of files) hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  const folder = join(runFolder, 'worker', hash.digest('hex').slice(0, 12));
  if (await pathExists(folder)) return folder;
  const temporary = `${folder}.${randomUUID().slice(0, 8)}.tmp`;
  for (const { name, bytes } of files) {
    await mkdir(dirname(join(temporary, name)), { recursive: true });
    await writeFile(join(temporary, name), bytes);
  }
  // Whole or not there.
  await rename(temporary, folder).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true, force: true });
    if (!(await pathExists(folder))) throw error;
  });
  return folder;
}

async function readSource(): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const found: { readonly name: string; readonly bytes: Buffer }[] = [];
  for (const root of clusterPackages) {
    const entries = await readdir(join(pythonFolder, root), { recursive: true, withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
      .map((entry) => join(entry.parentPath, entry.name).slice(pythonFolder.length + 1))
      .sort();
    for (const name of names) found.push({ name, bytes: await readFile(join(pythonFolder, name)) });
  }
  return found;
}
