/** Stands for an exception of DART-Math, which makes the whole sample wrong. Never leaves the profile. */
export const dartError: unique symbol = Symbol('DART-Math raises here');

/** What the work gives, or undefined where DART-Math raises. */
export function catchDartError<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error === dartError) return undefined;
    throw error;
  }
}
