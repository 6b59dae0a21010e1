import { isIP } from 'node:net';
import { VerifierServerError } from './errors.ts';

/** Whether only this machine can reach an address. A name other than `localhost` may stand for any. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host === 'localhost';
}

export interface AddressOptions {
  readonly host: string;
  readonly hasToken: boolean;
  /** Whether others may use the server without a token. */
  readonly allowPublic: boolean;
}

/** Refuses an address that others reach where no token keeps them out, unless that is what is wanted. */
export function checkAddress({ host, hasToken, allowPublic }: AddressOptions): void {
  if (host === '')
    throw new VerifierServerError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: 'The address to listen on is empty.',
      next: 'Give --host ADDRESS, such as 127.0.0.1, or leave it out.',
      fields: { host },
    });
  if (isLoopback(host) || hasToken || allowPublic) return;
  throw new VerifierServerError({
    code: 'PUBLIC_WITHOUT_TOKEN',
    kind: 'request',
    what: `The address '${host}' can be reached from other machines, and no token is set.`,
    why: 'Anyone there could use this server.',
    next: 'Give --token-file FILE or set SCALEQUEST_SERVER_TOKEN, or pass --allow-public where that is meant.',
    fields: { host },
  });
}
