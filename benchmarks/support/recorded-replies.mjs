// Replies to judge again: MATH's own solutions where SCALEQUEST_DATA_DIR has it, every fourth with a wrong answer; else short
// replies to each embedded problem.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import { measureCli } from './measure-cli.mjs';

/**
 * Writes `replies.jsonl` into a folder, each reply beside its reference, and makes a run of them with `scalequest score`.
 *
 * @returns the benchmark's name, how many replies there are, their file and the run's folder
 */
export async function recordReplies(folder, { count = 5000, graders = 'ours' } = {}) {
  const dataDir = process.env.SCALEQUEST_DATA_DIR;
  const benchmark = dataDir === undefined ? 'math-embedded' : 'math';
  const { problems } = await loadBenchmark(benchmark, { dataDir, cacheDir: folder });
  const lines = Array.from({ length: count }, (_, i) => {
    const index = i % problems.length;
    const { id, reference, meta } = problems[index];
    const right = typeof meta.solution === 'string' ? meta.solution : `So it is \\boxed{${reference}}.`;
    const reply = index % 4 === 3 ? `So it is \\boxed{${index}}.` : right;
    return JSON.stringify({ id, epoch: Math.floor(i / problems.length), reply, reference });
  });
  const file = join(folder, 'replies.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const run = join(folder, 'run');
  await measureCli(['score', benchmark, '--replies', file, '--out', run, '--graders', graders, '--json']);
  return { benchmark, count, file, run };
}

/** `scalequest score` over that run, from the start of the process to its end. */
export function judgeAgain(run, graders = 'ours') {
  return measureCli(['score', run, '--graders', graders, '--json']);
}
