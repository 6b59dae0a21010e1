// Asks a GGUF file in this process and prints what it took. Usage: node ask-in-process.mjs FILE SEQUENCES PROBLEMS
import { readFileSync, statSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import { findProtocol, renderPrompt } from '@scalequest/eval';
import { createLlamaClient } from '@scalequest/models';

const [path, sequences, count] = process.argv.slice(2);
const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
const protocol = findProtocol('scalequest@1');

const openedAt = performance.now();
const client = await createLlamaClient({ path, sequences: Number(sequences) });
const openMs = performance.now() - openedAt;

const startedAt = performance.now();
const responses = await Promise.all(
  problems
    .slice(0, Number(count))
    .map(({ problem }) => client.generate({ prompt: renderPrompt(protocol, problem), sampling: protocol.sampling })),
);
const elapsedMs = performance.now() - startedAt;
const { model, systemFingerprints } = client.getFingerprint();
await client.close();

/** Node tells no peak on every system; where /proc has none, what is resident now stands for it. */
function readPeakMb() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 2 ** 20;
  }
}

const sum = (read) => responses.reduce((total, { usage }) => total + read(usage), 0);
console.log(
  JSON.stringify({
    model,
    engine: systemFingerprints.join(', '),
    parameters: client.parameters,
    sizeBytes: statSync(path).size,
    samples: responses.length,
    promptTokens: sum((usage) => usage.promptTokens),
    completionTokens: sum((usage) => usage.completionTokens),
    openMs,
    elapsedMs,
    peakMb: readPeakMb(),
  }),
);
