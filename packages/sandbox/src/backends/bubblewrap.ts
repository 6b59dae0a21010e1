import { lstatSync, readlinkSync } from 'node:fs';
import { hostFile, judgeFolder, pythonSwitches } from '../python/python-files.ts';
import type { Backend } from './backend.ts';
import { makeHostEnvironment } from './host-environment.ts';

/** What all programs of a judge may have in their folder at once. */
const workBytes = 64 * 2 ** 20;

/** Where that folder is, inside: a name that no installation of Python or of this package has above it. */
const work = '/sandbox';

/** The id of `nobody`, inside. */
const nobody = '65534';

/**
 * Namespaces of its own for users, processes, network, mounts and the rest: a program sees `/usr`, Python and an empty
 * folder in memory, all but the folder read-only, and no process but those of its judge.
 *
 * @param bwrap - the path of Debian's bubblewrap
 */
export function createBubblewrapBackend(bwrap: string): Backend {
  return {
    name: 'bubblewrap',
    needsFolder: false,
    makeSettings: ({ python }) => {
      const environment = makeHostEnvironment(python);
      const folders = [...new Set([...python.folders, judgeFolder])].filter((folder) => !isInside(folder, '/usr'));
      const command = [
        bwrap,
        ...['user', 'pid', 'net', 'ipc', 'uts'].map((kind) => `--unshare-${kind}`),
        '--unshare-cgroup-try',
        ...['--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL', '--clearenv'],
        ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
        ...['--ro-bind', '/usr', '/usr'],
        ...systemFolders.flatMap(showSystemFolder),
        ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
        ...folders.flatMap((folder) => ['--ro-bind', folder, folder]),
        // No /proc: where root started it, root's are its ids, and the kernel's own settings were its to write.
        // What bubblewrap makes is in memory and writable, so it is closed again: nothing is left for the next program.
        ...['--dev', '/dev', '--size', String(workBytes), '--tmpfs', work, '--chdir', work],
        ...['--remount-ro', '/dev', '--remount-ro', '/'],
        ...['--hostname', 'sandbox', '--uid', nobody, '--gid', nobody, '--'],
        ...[python.executable, ...pythonSwitches, hostFile],
      ];
      return { command, host: { mode: 'bubblewrap', work, readable: [] }, path: python.path, environment: {} };
    },
  };
}

const systemFolders = ['/bin', '/lib', '/lib32', '/lib64'];

/** On most systems they are links into `/usr`. */
function showSystemFolder(folder: string): readonly string[] {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  return stats.isSymbolicLink() ? ['--symlink', readlinkSync(folder), folder] : ['--ro-bind', folder, folder];
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
