import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { createSandbox, getSandboxStatus, type Program } from '@scalequest/sandbox';
import { expect, test } from 'vitest';
import { isWhole, slowPlusTests } from './support/slow-plus-tests.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR;
const { backends } = await getSandboxStatus();
const backend = backends.find(({ works }) => works)?.name;
if (backend === undefined)
  console.log(`Skipped: EvalPlus's verdicts. ${backends.map(({ reason }) => reason).join(' ')}`);

/**
 * What EvalPlus said of each line of a file of recorded programs: `1` pass, `0` fail, `-` not asked, because the task is
 * not in MBPP+ v0.1.0 or takes minutes (Mbpp/599), or because the clock decides: one program for Mbpp/160 needs between the
 * second that release 0.3.1 allows a call and the four seconds that EvalPlus has allowed since.
 */
interface Verdicts {
  readonly file: string;
  readonly by: string;
  readonly base: string;
  readonly plus: string;
}

const recorded = readFileSync(join(import.meta.dirname, 'support/evalplus-verdicts.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Verdicts);

const part = isWhole ? '' : ', by half of the quick plus tests; SCALEQUEST_WHOLE=1 runs all of them';

test.skipIf(dataDir === undefined || backend === undefined).each(recorded.map((one, place) => ({ ...one, place })))(
  `the tests by reference say of every program of $file what $by says${part} (needs SCALEQUEST_DATA_DIR)`,
  async ({ file, place, ...verdicts }) => {
    const { problems } = await loadBenchmark('mbpp-plus', { dataDir, cacheDir: '/nonexistent' });
    const tasks = new Map(problems.map(({ id, code }) => [id, code]));
    const checks: (Program & { readonly name: string; readonly passes: boolean })[] = [];
    let line = 0;
    let found = 0;
    const path = join(dataDir ?? '', `generations/mbpp/${file}.jsonl.gz`);
    for await (const { value } of readJsonLines<Readonly<Record<string, string>>>(path)) {
      const { name = '', prompt = '', solution = '' } = value;
      const id = `Mbpp/${name.split('_')[1]}`;
      const task = tasks.get(id);
      for (const set of ['base', 'plus'] as const) {
        const verdict = verdicts[set][line];
        const tests = task?.tests[set];
        if (task === undefined || tests === undefined || verdict === '-') continue;
        found++;
        // The files have the same tasks in the same order: each plus test judges the program of one of them.
        const isPart = set === 'base' || (line % recorded.length === place && !slowPlusTests.has(`${id} plus`));
        if (!isPart && !isWhole) continue;
        const { entryPoint, limits } = task;
        // The same text as EvalPlus was given: a body stands under its prompt.
        const program = solution.includes(`def ${entryPoint}`) ? solution : prompt + solution;
        checks.push({
          name: `${name} ${set}`,
          passes: verdict === '1',
          program,
          entryPoint,
          tests,
          limits: { ...limits, timeoutMs: 240_000 },
        });
      }
      line++;
    }
    expect(found).toBe([...verdicts.base, ...verdicts.plus].filter((verdict) => /[01]/.test(verdict)).length);
    await using sandbox = await createSandbox({ backend: backend ?? 'auto', sharesTestProcess: true });
    const disagreements: string[] = [];
    let index = 0;
    for await (const { outcome, detail } of sandbox.checkMany(checks)) {
      const check = checks[index++];
      if ((outcome === 'passed') !== check?.passes) disagreements.push(`${check?.name}: ${outcome}, ${detail}`);
    }
    expect(index).toBe(checks.length);
    expect(disagreements).toEqual([]);
  },
  900_000,
);
