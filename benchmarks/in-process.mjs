// How fast a model in this process writes replies, and what it takes: the shipped model, greedy, on math-embedded.
// Usage: npm run bench -- in-process [--runs N] [--problems N] [--model FILE.gguf]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { getEmbeddedModelPath } from '@scalequest/models';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    problems: { type: 'string', default: '500' },
    model: { type: 'string', default: getEmbeddedModelPath() },
  },
});
const script = fileURLToPath(new URL('support/ask-in-process.mjs', import.meta.url));

/** Each in a process of its own, so that its memory is its own. */
function measure(sequences) {
  const args = [script, values.model, String(sequences), values.problems];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

console.log(describeMachine());
const first = measure(1);
console.log(`engine: ${first.engine}, one thread`);
console.log(`model: ${first.model}, ${first.parameters} parameters, ${(first.sizeBytes / 1e6).toFixed(2)} MB`);
console.log(`${values.problems} problems of math-embedded, greedy, the protocol's own prompt\n`);
for (const sequences of [1, 8, 32]) {
  const results = Array.from({ length: Number(values.runs) }, () => measure(sequences));
  const perSecond = (read) => describeSpread(results.map((result) => (read(result) * 1000) / result.elapsedMs));
  console.log(`${sequences} ${sequences === 1 ? 'sequence' : 'sequences'}`);
  console.log(`  samples/s: ${perSecond(({ samples }) => samples)}`);
  console.log(`  tokens written/s: ${perSecond(({ completionTokens }) => completionTokens)}`);
  console.log(`  tokens read and written/s: ${perSecond((r) => r.promptTokens + r.completionTokens)}`);
  console.log(`  opening the model, ms: ${describeSpread(results.map(({ openMs }) => openMs))}`);
  console.log(`  peak resident memory, MB: ${describeSpread(results.map(({ peakMb }) => peakMb))}\n`);
}
