// Verifies a stream in worker threads, in its order: node stream-with-pool.mjs
import { createVerifierPool } from '@scalequest/verifier/pool';

async function* readItems() {
  for (let i = 1; i <= 250; i++) yield { reference: `\\frac{${2 * i}}{4}`, candidate: String(i / 2) };
  yield { reference: '7', reply: 'Both together have $\\boxed{7}$ apples.' };
}

const pool = createVerifierPool({ workers: 1 });
const counts = { equal: 0, different: 0, undecided: 0 };
for await (const { verdict } of pool.verifyMany(readItems())) counts[verdict]++;
console.log(counts);
await pool.close();
