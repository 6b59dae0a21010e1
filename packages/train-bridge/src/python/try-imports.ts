import { safePath } from './inspect-python.ts';
import { runProgram } from './run-program.ts';

/** What the worker trains with. They may be there and yet fail: a system library lacks, the processor is too old. */
const heart: ReadonlySet<string> = new Set(['torch', 'transformers', 'trl']);

/**
 * Imports those of the modules that the worker trains with, in one process: some seconds.
 *
 * @returns why not, as a sentence, where one cannot be imported
 */
export async function tryImports(
  python: string,
  modules: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const tried = modules.filter((name) => heart.has(name));
  if (tried.length === 0) return undefined;
  const { code, stderr, startFailure } = await runProgram([python, '-c', `import ${tried.join(', ')}`], {
    signal,
    timeoutMs: 5 * 60_000,
    env: safePath,
  });
  if (code === 0) return undefined;
  const error = startFailure === 'ETIMEDOUT' ? 'it took longer than five minutes' : stderr.trim().split('\n').at(-1);
  return `'${python}' cannot import ${tried.join(', ')}: ${error || `it ended with code ${code}`}.`;
}

/** Which of the modules that the worker trains with are there in another version than the lock has. */
export function findOtherVersions(
  packages: Readonly<Record<string, string>>,
  lock: string,
): { readonly name: string; readonly found: string; readonly known: string }[] {
  return [...heart].flatMap((name) => {
    const known = new RegExp(`^${name}==(\\S+)`, 'm').exec(lock)?.[1];
    // `2.13.0+cpu` is a build of 2.13.0.
    const found = packages[name]?.replace(/\+.*$/, '');
    return known === undefined || found === undefined || found === known ? [] : [{ name, found, known }];
  });
}
