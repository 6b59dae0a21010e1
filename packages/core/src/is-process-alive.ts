import { getSystemErrorCode } from './errors.ts';

/** Whether a process of this machine has the id. One that another user runs counts, though it may not be signalled. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return getSystemErrorCode(error) !== 'ESRCH';
  }
}
