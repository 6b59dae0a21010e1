const relative = 1e-9;
const absolute = 1e-8;
const relativeOfPercent = 1e-3;

/** Two numbers within DART-Math's tolerances: as they are, or one as the percentage of the other. */
export function areCloseNumbers(reference: number, candidate: number): boolean {
  if (areClose(reference, candidate, relative)) return true;
  if (!mayBePercent(candidate)) return false;
  return [reference / 100, reference * 100].some(
    (other) => mayBePercent(other) && areClose(other, candidate, relativeOfPercent),
  );
}

function mayBePercent(value: number): boolean {
  return (value > 0 && value < 1) || (value > 1 && value < 100);
}

function areClose(a: number, b: number, tolerance: number): boolean {
  if (a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= Math.max(tolerance * Math.max(Math.abs(a), Math.abs(b)), absolute);
}
