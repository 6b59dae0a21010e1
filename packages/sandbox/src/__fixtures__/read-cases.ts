import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendName, CheckOutcome, Program } from '../types.ts';

/** A program of `cases/`, with what is known of it. */
export interface ProgramCase {
  readonly name: string;
  /** What it does, to follow "it". */
  readonly does: string;
  /** How it may end. */
  readonly ends: readonly CheckOutcome[];
  /** Back ends that do not hold it, and why. */
  readonly notHeldBy: Partial<Record<BackendName, string>>;
  readonly program: Program;
}

const square = 'assert f(2) == 4\nassert f(3) == 9\n';

/**
 * Reads a file of cases: Python in cells that begin with `# %% name`, as editors show them. Below it `# does:`, `# ends:`
 * and, where a back end does not hold it, `# landlock: why`; at the end the case's own `# tests:` and `# context:` and
 * its `# entry:`. Names between `@` are replaced.
 */
export function readCases(file: string, replace: Readonly<Record<string, string>> = {}): readonly ProgramCase[] {
  const path = join(import.meta.dirname, '..', '..', 'cases', file);
  const cells = readFileSync(path, 'utf8')
    .split(/^# %% /m)
    .slice(1);
  return cells.map((cell) => {
    const name = cell.slice(0, cell.indexOf('\n')).trim();
    const text = cell
      .slice(cell.indexOf('\n') + 1)
      .replace(/@([A-Z]+)@/g, (whole, key: string) => replace[key] ?? whole);
    const [program = '', tests = square] = text.split(/^# tests:\n/m);
    const [own = '', context] = tests.split(/^# context:\n/m);
    const entryPoint = readField(text, 'entry');
    return {
      name,
      does: readField(text, 'does') ?? '',
      ends: (readField(text, 'ends') ?? 'passed').split(' ') as CheckOutcome[],
      notHeldBy: Object.fromEntries(
        ['bubblewrap', 'landlock'].flatMap((backend) => {
          const why = readField(text, backend);
          return why === undefined ? [] : [[backend, why]];
        }),
      ),
      program: {
        program,
        tests: own,
        ...(context === undefined ? {} : { context }),
        ...(entryPoint === undefined ? {} : { entryPoint }),
      },
    };
  });
}

function readField(text: string, field: string): string | undefined {
  return new RegExp(`^# ${field}: (.*)$`, 'm').exec(text)?.[1];
}
