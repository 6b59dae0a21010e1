/** `SCALEQUEST_WHOLE=1` runs what takes minutes as well. */
export const isWhole = process.env.SCALEQUEST_WHOLE === '1';

/**
 * Plus tests of MBPP+ that compute from about a second to half a minute, twice: in the program and in the reference that it
 * is compared with. They are 12 of 399, and three quarters of the time of all.
 */
export const slowPlusTests: ReadonlySet<string> = new Set(
  [84, 123, 271, 300, 389, 392, 583, 589, 592, 599, 603, 630].map((number) => `Mbpp/${number} plus`),
);
