import { TrainBridgeError } from '../errors.ts';
import { type PreparePythonOptions, preparePython } from './prepare-python.ts';
import type { ReadyPython } from './python-environment.ts';

/**
 * {@link preparePython} for callers that cannot go on without it.
 *
 * @throws TrainBridgeError `PYTHON_REFUSED` with the ways on, `PYTHON_UNAVAILABLE`
 */
export async function requirePython(options: PreparePythonOptions): Promise<ReadyPython> {
  const environment = await preparePython(options);
  if (environment.kind === 'ready') return environment;
  if (environment.kind === 'refused') {
    throw new TrainBridgeError({
      code: 'PYTHON_REFUSED',
      kind: 'request',
      what: environment.reason,
      next: `Choose one:\n${environment.choices.map((choice, i) => `  ${i + 1}. ${choice}`).join('\n')}`,
      fields: { choices: environment.choices },
    });
  }
  throw new TrainBridgeError({
    code: 'PYTHON_UNAVAILABLE',
    kind: environment.cause === 'no-network' || environment.cause === 'install' ? 'run' : 'request',
    what: environment.reason,
    next: environment.next,
    fields: { cause: environment.cause },
  });
}
