import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { chooseBackend } from './backends/choose-backend.ts';
import { defaultLimits } from './default-limits.ts';
import { SandboxError } from './errors.ts';
import { Judge } from './judge/judge.ts';
import { makeJudgeFolder, removeOrphanedFolders } from './judge/judge-folder.ts';
import { checkInOrder } from './pool/check-in-order.ts';
import { JudgePool } from './pool/judge-pool.ts';
import { findPython } from './python/find-python.ts';
import { describeIssue, limitsSchema, readProgram } from './read-program.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';

const optionsSchema = z.strictObject({
  backend: z.enum(['auto', 'bubblewrap', 'landlock', 'none']).optional(),
  workers: z.number().int().min(1).max(1024).optional(),
  python: z.string().min(1).optional(),
  bubblewrap: z.string().min(1).optional(),
  limits: limitsSchema.optional(),
  sharesTestProcess: z.boolean().optional(),
  recycleAfter: z.number().int().min(1).optional(),
});

/** Enough that starting the process costs little, few enough that what values leave behind does not add up. */
const mostExaminations = 50;

/**
 * Opens a sandbox for Python programs that nobody trusts. It looks for Python and for what can hold a program here, and
 * starts a judge for each worker when it is first needed; a judge stays warm and forks for each program.
 *
 * @throws SandboxError `NO_PYTHON`, `NO_SANDBOX`, `BAD_OPTION`
 *
 * @example
 * await using sandbox = await createSandbox();
 * const { outcome } = await sandbox.check({ program: 'def one(): return 1', tests: 'assert one() == 1' });
 * // outcome === 'passed'
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkOptions(options);
  const {
    backend: wanted = 'auto',
    workers = availableParallelism(),
    bubblewrap = 'bwrap',
    sharesTestProcess = false,
    recycleAfter = 2_000,
  } = options;
  const python = await findPython(options.python);
  const backend = await chooseBackend({ backend: wanted, python, bubblewrap });
  if (backend.needsFolder) removeOrphanedFolders();
  const pool = new JudgePool({
    workers,
    recycleAfter,
    limits: { ...defaultLimits, ...options.limits },
    startJudge: async () => {
      const folder = backend.needsFolder ? makeJudgeFolder() : undefined;
      const settings = backend.makeSettings({ python, folder: folder ?? '' });
      const examinations = sharesTestProcess ? mostExaminations : 1;
      return await Judge.start({ python, settings: { ...settings, examinations }, folder });
    },
  });
  // Judges end by themselves when Node does; this is for their folders and for programs that are still at work.
  const onExit = (): void => pool.endNow();
  process.once('exit', onExit);
  const close = async (): Promise<void> => {
    await pool.close();
    process.off('exit', onExit);
  };
  return {
    backend: backend.name,
    workers,
    python: { executable: python.executable, version: python.version },
    start: () => pool.start(),
    check: async (program, signalOption = {}) => await pool.check(readProgram(program), signalOption),
    checkMany: (programs, { signal } = {}) => checkInOrder(programs, { pool, lookAhead: 4 * workers, signal }),
    getStatistics: () => pool.getStatistics(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checkOptions(options: SandboxOptions): void {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return;
  throw new SandboxError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: 'An option of the sandbox is wrong.',
    why: `${describeIssue(parsed.error)}.`,
    next: 'Correct it; SandboxOptions lists what each may be.',
  });
}
