import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFileError, getSystemErrorCode } from '@scalequest/core';
import { readTrainEvent, type TrainEvent } from './train-event.ts';

export interface TailEventsOptions {
  /** Where to begin, in bytes. @defaultValue 0 */
  readonly offset?: number;
  /** Whether the writer is gone. What stands in the file when it turns true is still read, and then the tail ends. */
  readonly isOver: () => boolean | Promise<boolean>;
  /** Wait between two looks at the file, in milliseconds. @defaultValue 200 */
  readonly pollMs?: number;
  /** What is wrong with the file, as a sentence: a gap in `seq`, a line that is no event. The tail goes on. */
  readonly onTrouble?: (text: string) => void;
}

/**
 * The events of a file that is being written, as they come. A last line without its end is waited for; one that the
 * writer left torn is passed over. A file that is not there yet is an empty one.
 *
 * A file and not a pipe: it goes on where this process was killed, and through launchers that close what they inherit.
 */
export async function* tailEvents(path: string, options: TailEventsOptions): AsyncGenerator<TrainEvent> {
  const { isOver, pollMs = 200, onTrouble = () => undefined } = options;
  let offset = options.offset ?? 0;
  let rest = Buffer.alloc(0);
  const nextSeq = new Map<number, number>();
  const checkSeq = ({ attempt, seq }: { readonly attempt: number; readonly seq: number }): void => {
    const expected = nextSeq.get(attempt) ?? 0;
    if (seq > expected) onTrouble(`Events ${expected} to ${seq - 1} of attempt ${attempt} are missing.`);
    if (seq < expected) onTrouble(`Event ${seq} of attempt ${attempt} comes a second time.`);
    nextSeq.set(attempt, seq + 1);
  };
  for (;;) {
    // Asked before the look: what is written between the two is then found by this look.
    const isLast = await isOver();
    const bytes = await readFrom(path, offset);
    offset += bytes.length;
    rest = Buffer.concat([rest, bytes]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, end).toString('utf8').trim();
      rest = rest.subarray(end + 1);
      if (line === '') continue;
      const read = readTrainEvent(line);
      if (read.kind === 'bad') {
        onTrouble(`A line of ${path} is no event: ${read.why}.`);
        continue;
      }
      checkSeq(read.kind === 'event' ? read.event : read);
      if (read.kind === 'event') yield read.event;
    }
    if (bytes.length > 0) continue;
    if (isLast) return;
    await sleep(pollMs);
  }
}

const mostBytes = 4 * 2 ** 20;

async function readFrom(path: string, offset: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, Math.min(mostBytes, size - offset)));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (getSystemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw asFileError(error, { path, action: 'read' });
  }
}
