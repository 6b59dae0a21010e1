// How long `scalequest score RUN` takes for 5,000 replies: MATH's own solutions where SCALEQUEST_DATA_DIR has it, every
// fourth with a wrong answer; else ten replies to each embedded problem.
// Usage: npm run bench -- rescore [--runs N] [--graders LIST]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadBenchmark } from '@scalequest/datasets';
import { measureCli } from './support/measure-cli.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, graders: { type: 'string', default: 'ours' } },
});
const dataDir = process.env.SCALEQUEST_DATA_DIR;
const name = dataDir === undefined ? 'math-embedded' : 'math';
const folder = mkdtempSync(join(tmpdir(), 'scalequest-rescore-'));
try {
  const { problems } = await loadBenchmark(name, { dataDir, cacheDir: folder });
  const epochs = 5000 / problems.length;
  const lines = Array.from({ length: epochs }, (_, epoch) =>
    problems.map(({ id, reference, meta }, index) => {
      const right = typeof meta.solution === 'string' ? meta.solution : `So it is \\boxed{${reference}}.`;
      return JSON.stringify({ id, epoch, reply: index % 4 === 3 ? `So it is \\boxed{${index}}.` : right });
    }),
  ).flat();
  writeFileSync(join(folder, 'replies.jsonl'), `${lines.join('\n')}\n`);
  const run = join(folder, 'run');
  await measureCli([
    'score',
    name,
    '--replies',
    join(folder, 'replies.jsonl'),
    '--out',
    run,
    '--graders',
    values.graders,
    '--json',
  ]);
  const results = [];
  for (let i = 0; i < Number(values.runs); i++) {
    results.push(await measureCli(['score', run, '--graders', values.graders, '--json']));
  }
  console.log(describeMachine());
  console.log(`\n${name}, ${lines.length} replies judged again by ${values.graders}, process start included`);
  console.log(
    `wall ms: ${describeSpread(
      results.map(({ wallMs }) => wallMs),
      0,
    )}`,
  );
  console.log(
    `CPU ms, all threads: ${describeSpread(
      results.map(({ cpuMs }) => cpuMs),
      0,
    )}`,
  );
  console.log(
    `memory MB: ${describeSpread(
      results.map(({ peakMb }) => peakMb),
      0,
    )}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
