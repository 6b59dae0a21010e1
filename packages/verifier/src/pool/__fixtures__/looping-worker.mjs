// A worker for the tests of the kill path: it never comes back from an item whose candidate is LOOP, dies on DIE, fills
// its memory on GROW, throws on THROW, waits at WAIT until nobody wants the batch any more, dies before it takes the
// next batch after a NAP, and gives every other item to the real worker.
import verifyBatch from '../../../dist/pool/worker.js';

let isAsleep = false;

const traps = {
  LOOP: ({ progress }) => {
    for (;;) Atomics.load(progress, 0);
  },
  DIE: () => process.exit(1),
  GROW: () => {
    for (const all = []; ; ) all.push(new Array(1e4).fill(all.length));
  },
  THROW: () => {
    throw new Error('This worker fails.');
  },
  WAIT: ({ progress }) => {
    while (Atomics.load(progress, 1) === 0);
  },
  NAP: () => {
    isAsleep = true;
  },
};

export default function verifyWithTraps(batch) {
  const { items, progress } = batch;
  if (isAsleep) process.exit(1);
  for (const [index, { candidate, reply }] of items.entries()) {
    const trap = traps[candidate ?? reply];
    if (trap === undefined) continue;
    Atomics.store(progress, 0, index + 1);
    trap(batch);
  }
  return verifyBatch(batch);
}
