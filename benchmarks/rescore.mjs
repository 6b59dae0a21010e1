// How long `scalequest score RUN` takes for 5,000 replies: MATH's own solutions where SCALEQUEST_DATA_DIR has it, every
// fourth with a wrong answer; else ten replies to each embedded problem.
// Usage: npm run bench -- rescore [--runs N] [--graders LIST]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeAgain, recordReplies } from './support/recorded-replies.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, graders: { type: 'string', default: 'ours' } },
});
const folder = mkdtempSync(join(tmpdir(), 'scalequest-rescore-'));
try {
  const { benchmark, count, run } = await recordReplies(folder, { graders: values.graders });
  const results = [];
  for (let i = 0; i < Number(values.runs); i++) results.push(await judgeAgain(run, values.graders));
  const spread = (key) =>
    describeSpread(
      results.map((result) => result[key]),
      0,
    );
  console.log(describeMachine());
  console.log(`\n${benchmark}, ${count} replies judged again by ${values.graders}, process start included`);
  console.log(`wall ms: ${spread('wallMs')}`);
  console.log(`CPU ms, all threads: ${spread('cpuMs')}`);
  console.log(`memory MB: ${spread('peakMb')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
