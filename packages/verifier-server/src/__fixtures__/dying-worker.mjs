// A worker for the tests: it dies on the candidate DIE, never comes back from LOOP, takes 50 ms for SLOW, waits for a file for
// `WAIT path`, gives something that is no result for ODD, and gives every item to the verifier's own worker.
import { existsSync } from 'node:fs';
import verifyBatch from '@scalequest/verifier/pool/worker';

export default async function verifyWithTraps(batch) {
  const { items, progress } = batch;
  for (const [index, item] of items.entries()) {
    const text = item.candidate ?? item.reply;
    if (!/^(DIE$|LOOP$|SLOW$|WAIT )/.test(text)) continue;
    Atomics.store(progress, 0, index + 1);
    if (text === 'DIE') process.exit(1);
    if (text === 'SLOW') sleep(50);
    while (text.startsWith('WAIT ') && !existsSync(text.slice('WAIT '.length))) sleep(10);
    while (text === 'LOOP') Atomics.load(progress, 0);
  }
  const results = await verifyBatch(batch);
  return results.map((result, index) => (items[index].candidate === 'ODD' ? {} : result));
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
