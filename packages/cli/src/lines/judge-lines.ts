import { Belt } from '@scalequest/core';
import type { BadInputLine, InputLine } from './input-line.ts';
import type { OutputLine } from './line-writer.ts';

/** Decides about what the lines ask. */
export type JudgeLine<Item, Judgement extends OutputLine> = (
  item: Item,
  options: { readonly signal: AbortSignal },
) => Promise<Judgement>;

export interface JudgeLinesOptions<Item, Judgement extends OutputLine> {
  readonly lines: AsyncIterable<InputLine<Item>>;
  readonly judge: JudgeLine<Item, Judgement>;
  /** The most lines that are read and not yet written. */
  readonly lookAhead: number;
  readonly signal: AbortSignal;
  /** Ends the reading, also while it waits. */
  readonly closeInput: () => void;
  readonly onJudgement: (line: { readonly id: string | number } & Judgement) => Promise<void>;
  readonly onBadLine: (line: BadInputLine) => Promise<void>;
}

/** What those lines weigh together, in characters. */
const maxSize = 16 * 2 ** 20;

type Outcome<Judgement> =
  | { readonly kind: 'judged'; readonly line: { readonly id: string | number } & Judgement }
  | { readonly kind: 'bad'; readonly line: BadInputLine };

/**
 * Reads, judges and hands on, all three at once, in the order of the input. A result is handed on as soon as it is there
 * and those before it are, also while the input waits.
 */
export async function judgeLines<Item, Judgement extends OutputLine>(
  options: JudgeLinesOptions<Item, Judgement>,
): Promise<void> {
  const { lines, judge, lookAhead, signal, closeInput, onJudgement, onBadLine } = options;
  const belt = new Belt<Outcome<Judgement>>({ maxItems: lookAhead, maxSize });
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    belt.fail(error);
    stop.abort(error);
    closeInput();
  };
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const decide = async (line: InputLine<Item>): Promise<Outcome<Judgement>> => {
    if (line.kind === 'bad') return { kind: 'bad', line };
    const judgement = await judge(line.item, { signal: stop.signal });
    return { kind: 'judged', line: { id: line.id, ...judgement } };
  };
  const read = async (): Promise<void> => {
    for await (const line of lines) {
      await belt.waitForRoom(line.size);
      belt.put(decide(line), line.size);
    }
    belt.end();
  };
  const write = async (): Promise<void> => {
    for await (const outcome of belt) {
      if (outcome.kind === 'bad') await onBadLine(outcome.line);
      else await onJudgement(outcome.line);
    }
  };
  try {
    const works = [read(), write()].map((work) => work.catch(fail));
    if (signal.aborted) onAbort();
    await Promise.all(works);
    belt.throwFailure();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
