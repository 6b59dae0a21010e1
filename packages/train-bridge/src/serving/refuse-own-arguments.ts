import { TrainBridgeError } from '../errors.ts';

/** What the command sets itself, since it waits for the server at its address and for its name. */
const own: Readonly<Record<string, string>> = {
  host: '--host',
  port: '--port',
  'served-model-name': '--name',
};

/**
 * Refuses arguments for the engine that would take it to where nobody looks for it.
 *
 * @throws TrainBridgeError `ENGINE_UNAVAILABLE`
 */
export function refuseOwnArguments(extraArgs: readonly string[] = []): void {
  for (const arg of extraArgs) {
    // vLLM takes names with underscores, too.
    const name = /^--([\w-]+)/.exec(arg)?.[1]?.replaceAll('_', '-') ?? '';
    const option = own[name];
    if (option === undefined) continue;
    throw new TrainBridgeError({
      code: 'ENGINE_UNAVAILABLE',
      kind: 'request',
      what: `'${arg}' behind -- cannot be given to the engine.`,
      why: 'The command sets it, and waits for the server there.',
      next: `Give ${option} before the --.`,
      fields: { argument: arg },
    });
  }
}
