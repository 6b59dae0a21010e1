// A worker for the tests of the kill path: it never comes back from an item whose candidate is LOOP, dies on DIE, and
// gives every other item to the real worker.
import verifyBatch from '../../../dist/pool/worker.js';

export default function verifyWithTraps(batch) {
  const { items, progress } = batch;
  for (let index = 0; index < items.length; index++) {
    const text = items[index].candidate ?? items[index].reply;
    if (text !== 'LOOP' && text !== 'DIE') continue;
    Atomics.store(progress, 0, index + 1);
    if (text === 'DIE') process.exit(1);
    for (;;) Atomics.load(progress, 0);
  }
  return verifyBatch(batch);
}
