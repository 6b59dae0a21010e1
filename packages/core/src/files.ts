import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CoreError, getSystemErrorCode } from './errors.ts';

/** Whether something stands at the path. An error other than "not there" is thrown, not read as "no". */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = getSystemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

/**
 * Makes a folder, and the folders above it that are missing. One that is there stays as it is.
 *
 * @throws CoreError `FILE_UNWRITABLE`
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeMissing(folder);
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
}

/**
 * As Node's own recursive mkdir, which never ends where a folder that is there says of a new one that it does not exist, as `/proc`
 * does (Node 20).
 */
export async function makeMissing(folder: string): Promise<void> {
  const parent = dirname(folder);
  try {
    await makeOne(folder);
  } catch (error) {
    if (getSystemErrorCode(error) !== 'ENOENT' || parent === folder) throw error;
    await makeMissing(parent);
    await makeOne(folder);
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (getSystemErrorCode(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
  }
}

/**
 * Writes a file so that a reader, or a machine that dies, finds the old content or the new, never a part: a temporary
 * file beside it, fsync, rename, fsync of the folder. Makes missing folders.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makeMissing(folder);
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    // Where the folder is a file there is nothing to remove, and the first error is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asFileError(error, { path, action: 'written' });
  }
}

/** Makes a rename or a new file in the folder survive a power cut. Systems that cannot open folders are left alone. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const causes: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ENOENT: ['It does not exist.', 'Check the path.'],
  EACCES: ['Permission was denied.', 'Check the rights on the file and its folder.'],
  EPERM: ['Permission was denied.', 'Check the rights on the file and its folder.'],
  EEXIST: ['A part of the path is a file.', 'Give another path.'],
  EISDIR: ['It is a folder.', 'Give the path of a file.'],
  ENOTDIR: ['A part of the path is a file.', 'Give another path.'],
  EROFS: ['The file system is read-only.', 'Give another path.'],
  ENOSPC: ['The disk is full.', 'Free some space and run the same command again: it goes on where it stopped.'],
  EDQUOT: [
    'The disk quota is used up.',
    'Free some space and run the same command again: it goes on where it stopped.',
  ],
  EFBIG: ['The file would grow over the size limit.', 'Raise the limit (`ulimit -f`) and run the same command again.'],
};

/** What no other path or option would have avoided. */
const diskFaults: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EMFILE', 'ENFILE']);

/** Turns a system error about a file into a CoreError with a reason in words. A CoreError passes through. */
export function asFileError(
  error: unknown,
  subject: { readonly path: string; readonly action: 'read' | 'written' },
): unknown {
  if (error instanceof CoreError) return error;
  const systemCode = getSystemErrorCode(error);
  if (systemCode === undefined || !/^E[A-Z0-9]+$/.test(systemCode)) return error;
  const [why, next] = causes[systemCode] ?? [`The system says ${systemCode}.`, 'Check the path and the disk.'];
  return new CoreError({
    code: subject.action === 'read' ? 'FILE_UNREADABLE' : 'FILE_UNWRITABLE',
    kind: diskFaults.has(systemCode) ? 'run' : 'request',
    what: `File '${subject.path}' cannot be ${subject.action}.`,
    why,
    next,
    fields: { path: subject.path, systemCode },
    cause: error,
  });
}
