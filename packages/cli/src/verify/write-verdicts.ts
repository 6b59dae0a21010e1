import { Belt } from './belt.ts';
import type { FileFormat } from './file-format.ts';
import type { Judge, Judgement } from './judge.ts';
import type { Input } from './open-input.ts';
import { type BadInputLine, readQuestions } from './read-questions.ts';

export interface WriteVerdictsOptions {
  readonly input: Input;
  readonly format: FileFormat;
  readonly judge: Judge;
  readonly signal: AbortSignal;
  readonly onVerdict: (line: { readonly id: string | number } & Judgement) => Promise<void>;
  readonly onBadLine: (line: BadInputLine) => Promise<void>;
}

/** Enough for every worker to have a batch at work and one ready, and a few that wait behind a slow one. */
const maxItems = 1000;
/** In characters. */
const maxSize = 16 * 2 ** 20;

type Outcome =
  | { readonly kind: 'verdict'; readonly id: string | number; readonly judgement: Judgement }
  | { readonly kind: 'bad'; readonly line: BadInputLine };

/**
 * Reads, judges and hands on, all three at once, in the order of the input. A result is handed on as soon as it is there
 * and those before it are, also while the input waits.
 */
export async function writeVerdicts(options: WriteVerdictsOptions): Promise<void> {
  const { input, format, judge, signal, onVerdict, onBadLine } = options;
  const belt = new Belt<Outcome>({ maxItems, maxSize });
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    belt.fail(error);
    stop.abort(error);
    input.close();
  };
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const read = async (): Promise<void> => {
    for await (const line of readQuestions(input.chunks, { name: input.name, format })) {
      await belt.waitForRoom(line.size);
      belt.put(line.kind === 'bad' ? Promise.resolve({ kind: 'bad', line }) : ask(line), line.size);
    }
    belt.end();
  };
  const ask = async ({ id, item }: { readonly id: string | number; readonly item: Parameters<Judge['judge']>[0] }) => ({
    kind: 'verdict' as const,
    id,
    judgement: await judge.judge(item, { signal: stop.signal }),
  });
  const write = (): Promise<void> =>
    belt.forEach(async (outcome) => {
      if (outcome.kind === 'bad') await onBadLine(outcome.line);
      else await onVerdict({ id: outcome.id, ...outcome.judgement });
    });
  try {
    const works = [read(), write()].map((work) => work.catch(fail));
    if (signal.aborted) onAbort();
    await Promise.all(works);
    belt.throwFailure();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
