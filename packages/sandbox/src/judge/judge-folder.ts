import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '@scalequest/core';

const prefix = 'scalequest-sandbox-';

/** A fresh folder that the programs of one judge may write. Its name says whose it is. */
export function makeJudgeFolder(): string {
  return mkdtempSync(join(tmpdir(), `${prefix}${readProcessSpace()}-${process.pid}-`));
}

/** Removes it with all that programs have left in it, also what they have closed to themselves. */
export function removeJudgeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    openFolders(folder);
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // A program that nothing holds can leave what its user cannot remove.
    }
  }
}

/** Removes the folders of processes that were killed and could not remove them themselves. */
export function removeOrphanedFolders(): void {
  const own = `${prefix}${readProcessSpace()}-`;
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(own)) continue;
    const pid = Number(name.slice(own.length).split('-')[0]);
    if (Number.isInteger(pid) && pid > 0 && !isProcessAlive(pid)) removeJudgeFolder(join(tmpdir(), name));
  }
}

/** Process ids mean something among those that share them: containers may share a temporary folder and not those. */
function readProcessSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function openFolders(folder: string): void {
  try {
    chmodSync(folder, 0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      // A link is not followed.
      if (entry.isDirectory()) openFolders(join(folder, entry.name));
    }
  } catch {
    // It has gone, or belongs to somebody else.
  }
}
