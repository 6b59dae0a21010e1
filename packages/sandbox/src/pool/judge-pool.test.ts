import { chmodSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox } from '../create-sandbox.ts';
import type { Sandbox } from '../sandbox.ts';

let folder: TemporaryFolder;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = makeTemporaryFolder();
  sandbox = await createSandbox({ backend: 'none', workers: 1, python: writeJudge() });
});
afterEach(async () => {
  await sandbox.close();
  folder[Symbol.dispose]();
});

/** A judge that does what it is asked for: a script that says of itself that it is Python. */
function writeJudge(): string {
  const path = folder.join('python');
  const facts = JSON.stringify({
    version: [3, 12, 1],
    executable: path,
    folders: ['/usr'],
    path: [],
    libraryFolder: null,
  });
  const passed = '{"id":0,"outcome":"passed","detail":"","ms":1}';
  const script = `#!/bin/sh
case "$*" in *" -c "*) echo '${facts}'; exit;; esac
# A judge that finds this file does not start, and the next one does.
if [ -e ${folder.join('once')} ]; then /bin/rm ${folder.join('once')}; exit 1; fi
[ -e ${folder.join('never')} ] && exit 1
echo '{"ready":true}'
while read -r line; do
  case "$line" in
    *say-nonsense*) echo 'well, well' ;;
    *say-no-result*) echo '{"outcome":"splendid"}' ;;
    *say-it-twice*) printf '%s\\n%s\\n' '${passed}' '${passed}' ;;
    *leave*) exit 5 ;;
    *) echo '${passed}' ;;
  esac
done
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const ask = async (program: string): Promise<readonly [string, string]> => {
  const { outcome, detail } = await sandbox.check({ program, tests: '' });
  return [outcome, detail];
};

test.each([
  ['say-nonsense', 'error', 'its judge answered nonsense twice while it ran: it answered what is no answer'],
  ['say-no-result', 'error', 'its judge answered nonsense twice while it ran: it answered what is no result'],
  ['say-it-twice', 'error', 'its judge answered nonsense twice while it ran: it answered more than once'],
  ['leave', 'killed', 'its judge ended twice while it ran: exit code 5'],
])(
  'a judge that is asked to %s is replaced, twice, and the next program has one that works',
  async (what, ...wanted) => {
    const [result, next] = await Promise.all([ask(what), ask('anything')]);
    expect(result).toEqual(wanted);
    expect(next).toEqual(['passed', '']);
    expect(sandbox.getStatistics()).toMatchObject({ checked: 2, judgesLost: 2, judges: 1 });
  },
);

test('a judge that does not start is tried once more, and then said', async () => {
  writeFileSync(folder.join('once'), '');
  expect(await ask('anything')).toEqual(['passed', '']);
  await sandbox.close();
  sandbox = await createSandbox({ backend: 'none', workers: 1, python: folder.join('python') });
  writeFileSync(folder.join('never'), '');
  await expect(ask('anything')).rejects.toMatchObject({ code: 'JUDGE_FAILED' });
  await expect(sandbox.start()).rejects.toMatchObject({ code: 'JUDGE_FAILED' });
});

test('two thousand checks can wait, and a close rejects them all', async () => {
  const count = 2_000;
  const checks = Array.from({ length: count }, () => sandbox.check({ program: '', tests: '' }));
  const settled = Promise.allSettled(checks);
  await sandbox.close();
  const ends = await settled;
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
});

test('any number of checks may wait under one signal without a warning', async () => {
  const warnings: unknown[] = [];
  const listen = (warning: unknown): void => void warnings.push(warning);
  process.on('warning', listen);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 50 }, () => sandbox.check({ program: '', tests: 'f()' }, { signal })));
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
