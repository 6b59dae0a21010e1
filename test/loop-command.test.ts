import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { LoopStatus, NeedCheck, Plan } from '@scalequest/loop';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

test('the loops are listed with their sizes and arms', async () => {
  const { code, stdout } = await runCli(['loop', 'list', '--json']);
  expect(code).toBe(0);
  const { loops } = JSON.parse(stdout) as { loops: { name: string; sizes: object; arms: string[] }[] };
  const nano = loops.find(({ name }) => name === 'nano');
  expect(nano?.arms).toEqual(expect.arrayContaining(['full', 'seeds-only', 'no-filter', 'gold']));
  expect(nano?.sizes).toMatchObject({ problems: 1000 });
  const text = await runCli(['loop', 'list']);
  expect(text.stdout).toContain('seedQuestions=');
  expect(text.stdout).toContain('scalequest-math: ');
});

test.each([
  ['no recipe', ['--out', 'x'], 'Recipe missing.'],
  ['no folder', ['nano'], '--out is missing'],
  ['a loop that nobody knows', ['nan', '--out', 'x'], 'Close names: nano.'],
  ['an arm that nobody knows', ['nano', '--out', 'x', '--arms', 'full,no-filters'], 'Close names: no-filter.'],
  ['a size that nobody knows', ['nano', '--out', 'x', '--set', 'question=3'], 'Close names: questions'],
  ['a size without a number', ['nano', '--out', 'x', '--set', 'pairs=many'], '--set pairs is many'],
  ['no size at all', ['nano', '--out', 'x', '--set', 'pairs'], "It has no '='."],
  ['more problems than there are', ['nano', '--out', 'x', '--set', 'problems=1001'], 'from 1 to 1000'],
  ['a size of another loop', ['scalequest-math', '--out', 'x', '--set', 'pairs=3'], "is for the loop 'nano'"],
  ['an arm of another loop', ['scalequest-math', '--out', 'x', '--arms', 'gold'], 'arms'],
  ['a configuration that is not there', ['scalequest-math', '--out', 'x', '--config', 'none.json'], 'none.json'],
  ['a GPU that nobody knows', ['nano', '--out', 'x', '--plan', '--gpu', 'abacus'], "'abacus' is invalid"],
  ['GPUs without a plan', ['scalequest-math', '--out', 'x', '--gpus', '8'], "Option '--gpus' is for a plan"],
  [
    'a GPU and figures without a plan',
    ['nano', '--out', 'x', '--gpu', 'h100', '--figures', 'own.json'],
    'leave --gpu and --figures out',
  ],
  ['a plan of what needs none', ['nano', '--out', 'x', '--plan'], "There is no plan of the loop 'nano'."],
  ['a bound of what costs nothing', ['nano', '--out', 'x', '--max-cost', '5'], '--max-cost is for loops'],
  ['a bound of nothing', ['scalequest-math', '--out', 'x', '--max-cost', '0'], "Option '--max-cost' is 0"],
  ['no scale', ['nano', '--out', 'x', '--scale', '0'], "Option '--scale' is 0"],
  ['half a step at once', ['nano', '--out', 'x', '--parallel', '0.5'], "Option '--parallel' is 0.5"],
  ['the status of a folder without a loop', ['status', '.'], 'loop.json'],
])('%s is a wrong request, and nothing is written', async (_, args, said) => {
  using folder = makeTemporaryFolder();
  const { code, stderr } = await runCli(['loop', ...args], { cwd: folder.path });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  expect(existsSync(folder.join('x'))).toBe(false);
});

test('a plan says what each step takes and what is missing, and writes nothing', async () => {
  using folder = makeTemporaryFolder();
  const roles = ['rewriter', 'judge', 'responder', 'reward'];
  const models = Object.fromEntries(roles.map((role) => [role, { model: `${role}-7B`, checkpoint: 'nowhere' }]));
  writeFileSync(folder.join('math.json'), JSON.stringify({ modelsFolder: 'models', models }));
  const args = ['loop', 'scalequest-math', '--config', 'math.json', '--scale', '0.01', '--out', 'x', '--plan'];
  const run = (...more: readonly string[]): ReturnType<typeof runCli> =>
    runCli([...args, ...more], { cwd: folder.path, env: { SCALEQUEST_CACHE_DIR: folder.join('cache') } });
  const { code, stdout, stderr } = await run('--gpu', 'h100', '--gpus', '8', '--json');
  // The models are not there.
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const { plan, checks } = JSON.parse(stdout) as { plan: Plan; checks: NeedCheck[] };
  expect(plan).toMatchObject({ loop: 'scalequest-math', gpu: 'h100', gpus: 8 });
  expect(plan.gpuHours).toBeGreaterThan(0);
  expect(checks.filter(({ status }) => status === 'missing').length).toBeGreaterThan(0);
  const text = await run();
  expect(text.stdout).toContain('scalequest-math');
  expect(text.stdout).toContain('missing');
  expect((await run('--max-cost', '5')).stdout).toMatch(
    /^ok +cost +Services come to about 0 \$, and the bound is 5\.0 \$\./m,
  );
  expect(existsSync(folder.join('x'))).toBe(false);
  // A folder that the loop would refuse has no plan of it.
  mkdirSync(folder.join('x'));
  writeFileSync(folder.join('x', 'loop.json'), '{"loop": "nano", "description": "", "seed": 0, "identity": {}}');
  const other = await run();
  expect({ code: other.code, stderr: other.stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("'x' holds another loop."),
  });
});

test('a loop whose training cannot begin says which step failed and keeps the others; another loop is kept out', {
  timeout: 120_000,
}, async () => {
  using folder = makeTemporaryFolder();
  const sizes = ['--set', 'seedQuestions=20', '--set', 'baseSteps=2'];
  const run = (...args: readonly string[]): ReturnType<typeof runCli> =>
    runCli(['loop', 'nano', ...sizes, '--out', 'x', ...args], {
      cwd: folder.path,
      env: { SCALEQUEST_PYTHON: folder.join('no-python') },
    });
  const first = await run();
  expect(first.code).not.toBe(0);
  expect(first.stderr).toMatch(/Step '(student-base|qft)' failed; what is done is kept\./);
  expect(first.stderr).toContain('no-python');

  const { code, stdout } = await runCli(['loop', 'status', 'x', '--json'], { cwd: folder.path });
  expect(code).toBe(0);
  const { standing, steps } = JSON.parse(stdout) as LoopStatus;
  const find = (name: string): unknown => steps.find(({ step }) => step === name)?.standing;
  expect({ standing, seeds: find('seeds'), board: find('board') }).toEqual({
    ...{ standing: 'stopped', seeds: 'done', board: 'not-begun' },
  });
  const text = await runCli(['loop', 'status', 'x'], { cwd: folder.path });
  expect(text.stdout).toMatch(/seeds +rows +done +20 rows/);

  const again = await run();
  expect(again.stderr).toMatch(/Done before: \d of \d+ steps\./);
  const otherSeed = await run('--seed', '1');
  expect(otherSeed).toMatchObject({ code: 2, stderr: expect.stringContaining('seed is 0, asked is 1') });
  const otherSize = await run('--set', 'pairs=5');
  expect(otherSize).toMatchObject({ code: 2, stderr: expect.stringContaining('steps.pairs.settings.count is') });
});
