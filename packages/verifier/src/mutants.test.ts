import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { type MutantKind, makeMutants } from './__fixtures__/make-mutants.ts';
import { readCases } from './__fixtures__/read-cases.ts';
import { type Reference, readReferences } from './__fixtures__/read-references.ts';
import type { UndecidedReason, Verdict } from './types.ts';
import { verifyAnswer } from './verify-answer.ts';

/** Every reference of the data folder with one thing changed; the references of the own cases without that folder. */
const dataDir = process.env.SCALEQUEST_DATA_DIR;
/** Where to write every mutant that is not `different`, one a line, and the counts beside it. Optional. */
const reportFile = process.env.SCALEQUEST_MUTANTS_FILE;

interface Judged {
  readonly benchmark: string;
  readonly id: string;
  readonly kind: MutantKind;
  readonly reference: string;
  readonly candidate: string;
  readonly verdict: Verdict;
  readonly reason?: UndecidedReason;
}

/** A mutant that is equal all the same, and why it may be. */
interface Exception {
  readonly benchmark: string;
  readonly id: string;
  readonly kind: MutantKind;
  readonly source: string;
}

let judged: readonly Judged[] = [];

beforeAll(async () => {
  judged = (await readReferences(dataDir)).flatMap(judge);
  if (reportFile !== undefined) writeReport(reportFile);
  // Forty thousand pairs, beside other tests on a busy machine.
}, 600_000);

function judge({ benchmark, id, text: reference }: Reference): readonly Judged[] {
  return makeMutants(reference).map(({ kind, text: candidate }) => {
    const { verdict, reason } = verifyAnswer({ reference, candidate });
    return { benchmark, id, kind, reference, candidate, verdict, ...(reason === undefined ? {} : { reason }) };
  });
}

function writeReport(path: string): void {
  const open = judged.filter(({ verdict }) => verdict !== 'different');
  writeFileSync(path, open.map((mutant) => `${JSON.stringify(mutant)}\n`).join(''));
  const keys = ['benchmark', 'kind', 'verdict', 'reason'] as const;
  writeFileSync(
    `${path}.counts.json`,
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, count(key)])), null, 1),
  );
}

/** How many mutants there are for each value of a field, and how many of them are `different`. */
function count(key: 'benchmark' | 'kind' | 'verdict' | 'reason'): Readonly<Record<string, string>> {
  const names = [...new Set(judged.map((mutant) => String(mutant[key])))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const group = judged.filter((mutant) => String(mutant[key]) === name);
      const different = group.filter(({ verdict }) => verdict === 'different').length;
      return [name, `${different} of ${group.length} (${((100 * different) / group.length).toFixed(2)} %)`];
    }),
  );
}

test('no mutant of a reference is equal to it beyond the listed exceptions', () => {
  const name = ({ benchmark, id, kind }: Exception | Judged): string => `${benchmark} ${id} ${kind}`;
  const listed = new Set(readCases<Exception>('mutant-exceptions.jsonl').map(name));
  const accepted = judged.filter(({ verdict }) => verdict === 'equal').filter((mutant) => !listed.has(name(mutant)));
  expect(accepted).toEqual([]);
});

test('mutants are told apart and not left open', () => {
  const share = judged.filter(({ verdict }) => verdict === 'different').length / judged.length;
  expect(judged.length).toBeGreaterThan(dataDir === undefined ? 500 : 15_000);
  expect(share).toBeGreaterThan(dataDir === undefined ? 0.6 : 0.975);
});

test('mutants of every kind are made, and the same ones every time', () => {
  const reference = '$x_{1} = -\\sqrt{2}, \\quad (3, \\sin x], y^{2} \\le 4$';
  const mutants = makeMutants(reference);
  expect(new Set(mutants.map(({ kind }) => kind)).size).toBe(11);
  expect(makeMutants(reference)).toEqual(mutants);
});
