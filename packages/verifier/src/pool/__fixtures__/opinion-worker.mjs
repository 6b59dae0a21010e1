/** A worker of second opinions: what the candidate says is what it does. */
export default function giveOpinion({ items, progress }) {
  Atomics.store(progress, 0, 1);
  const [{ candidate }] = items;
  if (candidate === 'LOOP') for (;;);
  if (candidate === 'GROW') for (const all = []; ; ) all.push(new Array(1e5).fill(candidate));
  const normalized = { reference: null, candidate: null };
  const result = { verdict: candidate, rule: 'cas', proof: 'cas', policies: [], normalized };
  return [{ ...result, fuel: 1, ms: 2 }];
}
