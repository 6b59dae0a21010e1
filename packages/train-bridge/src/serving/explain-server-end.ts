import { TrainBridgeError, type TrainBridgeErrorCode } from '../errors.ts';
import type { ServingEngine } from './engine-command.ts';
import type { ServerProcess } from './server-process.ts';

/** The last line of our own server where it fails: the class of the error, and its three parts. */
const ownLine = /^sq_train\.serve: error \((\w+)\): (.*)$/;
/** What vLLM and torch say where a model does not fit. */
const memoryLine =
  /out of memory|no available memory for the cache|free memory on device|larger than the available kv cache memory|cannot allocate memory/i;
/** The end of a Python traceback, behind whatever a logger puts before it. */
const errorLine = /(?:^|\s)[\w.]*(?:Error|Exception): /;
const shownLines = 15;

/** The line that names the first error, where it stands above the lines that are shown. */
function findCause(above: readonly string[]): readonly string[] {
  const cause = above.find((line) => memoryLine.test(line)) ?? above.find((line) => errorLine.test(line));
  return cause === undefined ? [] : [cause, '…'];
}

/** Why a server ended by itself, as an error with the last lines that it wrote. */
export function explainServerEnd({
  server,
  engine,
  checkpoint,
}: {
  readonly server: Pick<ServerProcess, 'getEnd' | 'getLastLines'>;
  readonly engine: ServingEngine;
  readonly checkpoint: string;
}): TrainBridgeError {
  const lines = server.getLastLines();
  const { code, signal } = server.getEnd() ?? { code: null, signal: null };
  const ending = signal === null ? `code ${code}` : `signal ${signal}`;
  const own = engine === 'transformers' ? ownLine.exec(lines.at(-1) ?? '') : null;
  if (own !== null) {
    const [, kind = 'internal', said = ''] = own;
    const errorCode: TrainBridgeErrorCode = kind === 'oom' ? 'OUT_OF_MEMORY' : 'MODEL_SERVER_FAILED';
    return new TrainBridgeError({
      code: errorCode,
      kind: code === 2 ? 'request' : 'run',
      what: `The server for '${checkpoint}' did not start (class ${kind}).`,
      why: said,
      fields: { checkpoint, engine, class: kind, code },
    });
  }
  const isShort = lines.some((line) => memoryLine.test(line));
  const last = [...findCause(lines.slice(0, -shownLines)), ...lines.slice(-shownLines)].join('\n');
  return new TrainBridgeError({
    code: isShort ? 'OUT_OF_MEMORY' : 'MODEL_SERVER_FAILED',
    what: `The server for '${checkpoint}' ended with ${ending}${isShort ? ': memory ran out (class oom)' : ''}.`,
    why: last === '' ? 'It wrote nothing.' : `The last that it wrote:\n${last}`,
    next: isShort
      ? 'Lower --max-context or --max-batch, give --dtype bfloat16, or serve a smaller model.'
      : signal === 'SIGKILL'
        ? 'The system kills where memory runs out: look at its log (`dmesg`), and serve a smaller model or give --dtype bfloat16.'
        : 'Correct what it says. With --verbose everything that it writes is shown.',
    fields: { checkpoint, engine, code, signal, ...(isShort ? { class: 'oom' } : {}) },
  });
}
