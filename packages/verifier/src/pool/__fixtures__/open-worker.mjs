/** A worker that settles nothing and marks every pair for a second opinion. */
export default function leaveOpen({ items, progress }) {
  return items.map((_, index) => {
    Atomics.store(progress, 0, index + 1);
    const normalized = { reference: null, candidate: null };
    const result = { verdict: 'undecided', rule: 'none', proof: 'none', reason: 'no-rule', policies: [], normalized };
    return { ...result, fuel: 1, ms: 1, isOpen: true };
  });
}
