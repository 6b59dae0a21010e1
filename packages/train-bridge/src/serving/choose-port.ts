import { createServer } from 'node:net';
import { getSystemErrorCode } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';

/**
 * Looks whether the port can be listened on, or finds a free one for 0, before a model is loaded for minutes.
 *
 * @throws TrainBridgeError `CANNOT_LISTEN`
 */
export async function choosePort(host: string, port: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  } catch (error) {
    const code = getSystemErrorCode(error) ?? String(error);
    throw new TrainBridgeError({
      code: 'CANNOT_LISTEN',
      kind: 'request',
      what: `Port ${port} of ${host} cannot be listened on.`,
      why: whys[code] ?? `The system says ${code}.`,
      next:
        code === 'EADDRINUSE' || code === 'EACCES'
          ? 'Give another --port, or --port 0 for a free one.'
          : 'Give a --host that is an address of this machine, such as 127.0.0.1 or 0.0.0.0.',
      fields: { host, port, systemCode: code },
      cause: error,
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const whys: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens there.',
  EACCES: 'Ports below 1024 are for the administrator.',
  EADDRNOTAVAIL: 'This machine has no such address.',
  ENOTFOUND: 'There is no such host.',
};
