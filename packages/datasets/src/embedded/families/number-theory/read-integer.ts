/** `-12`; undefined for anything that is not one whole number in digits. */
export function readInteger(text: string): number | undefined {
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}
