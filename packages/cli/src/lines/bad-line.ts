export const notUtf8 = 'is not UTF-8';

/** `is longer than 32 MiB`. */
export function describeTooLong(maxBytes: number): string {
  return maxBytes >= 2 ** 20 ? `is longer than ${maxBytes / 2 ** 20} MiB` : `is longer than ${maxBytes} bytes`;
}
