// What it costs to read replies as streams of events, beside the same replies whole: short ones, many at once, and hundreds
// of long ones in one request.
// Usage: npm run bench -- model-streams [--runs N].
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { forkModelServer } from '@scalequest/test-kit';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const run = promisify(execFile);
const script = join(import.meta.dirname, 'support', 'call-models.mjs');
const behaviourModule = new URL('./support/long-replies.mjs', import.meta.url);

const kinds = [
  { name: 'replies of 8 words, 4 in a request, 64 at once', words: 8, n: 4, count: 10_000, concurrency: 64 },
  { name: 'replies of 200 words, 4 in a request, 64 at once', words: 200, n: 4, count: 1000, concurrency: 64 },
  { name: 'replies of 1,500 words, 512 in a request, one at a time', words: 1500, n: 512, count: 4, concurrency: 1 },
];

console.log(describeMachine());
for (const { name, words, ...load } of kinds) {
  console.log(`\n${name}; one process each for client and server`);
  const results = { whole: [], streamed: [] };
  for (let time = 0; time < Number(values.runs); time++) {
    for (const way of ['whole', 'streamed']) {
      const server = await forkModelServer({ behaviourModule, options: { words } });
      const options = { via: 'ours', baseUrls: [server.baseUrl], maxTokens: words, ...load };
      const asked = { ...options, client: { stream: way === 'streamed' } };
      const { stdout } = await run(process.execPath, [script, JSON.stringify(asked)], { maxBuffer: 2 ** 26 });
      results[way].push(JSON.parse(stdout));
      await server.close();
    }
  }
  for (const [way, figures] of Object.entries(results)) {
    const pick = (key) => figures.map((figure) => figure[key]);
    const cpuMs = pick('requestsPerCpuSecond').map((perSecond) => 1000 / perSecond);
    console.log(`  ${way}: requests/s ${describeSpread(pick('requestsPerSecond'))}`);
    console.log(`  ${way}: processor ms a request ${describeSpread(cpuMs, 2)}`);
    console.log(`  ${way}: peak memory in MB ${describeSpread(pick('peakMb'), 0)}`);
  }
}
