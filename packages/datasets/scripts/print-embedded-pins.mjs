// Prints the pins of the embedded benchmarks as the generators make them now. Usage: npm run build, then
// node packages/datasets/scripts/print-embedded-pins.mjs. Where a change was meant, each value goes to its place:
// rowsSha256 into src/benchmarks/NAME.ts, the digest into src/embedded/**/NAME.test.ts.

import { digest } from '../../core/dist/index.js';
import { mathEmbedded, wordProblems } from '../dist/embedded/index.js';
import { computeRowsSha256 } from '../dist/rows-sha256.js';

for (const { name, count, generate } of [mathEmbedded, wordProblems]) {
  const problems = generate({ seed: 0, count });
  console.log(`${name}: rowsSha256 ${computeRowsSha256(problems)}, digest ${digest(problems)}`);
}
