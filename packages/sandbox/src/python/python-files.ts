import { join } from 'node:path';

/** The judge's own modules, as they ship with this package. A program may read them; no test is among them. */
export const judgeFolder: string = join(import.meta.dirname, '..', '..', 'python', 'scalequest_sandbox');

/** What is started: it holds the tests and starts the rest. */
export const checkerFile: string = join(judgeFolder, 'checker_zygote.py');

/** What the sandbox holds: it runs the programs. */
export const hostFile: string = join(judgeFolder, 'host_zygote.py');

/**
 * The interpreter's switches: no byte code written, no packages of the user, nothing run that is installed (it is told
 * what to import from). Not `-E` or `-I`, under which PYTHONHASHSEED would go unread; its environment is ours from the
 * start.
 */
export const pythonSwitches: readonly string[] = ['-B', '-s', '-S'];
