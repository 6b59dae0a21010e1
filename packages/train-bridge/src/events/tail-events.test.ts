import { appendFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tailEvents } from './tail-events.ts';
import type { TrainEvent } from './train-event.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function line(seq: number, fields: Readonly<Record<string, unknown>> = { t: 'heartbeat' }, attempt = 1): string {
  const head = { v: 1, ts: '2026-01-01T00:00:00Z', run: 'r', attempt, seq, rank: 0 };
  return `${JSON.stringify({ ...head, ...fields })}\n`;
}

async function collect(offset = 0): Promise<{ readonly events: TrainEvent[]; readonly trouble: string[] }> {
  const trouble: string[] = [];
  const events: TrainEvent[] = [];
  const options = { offset, isOver: () => true, onTrouble: (text: string) => trouble.push(text) };
  for await (const event of tailEvents(folder.join('events.jsonl'), options)) events.push(event);
  return { events, trouble };
}

test('events come as they are written, a torn line once it is whole, and the file may come late', async () => {
  let isOver = false;
  const seen: number[] = [];
  const tailing = (async () => {
    const path = folder.join('events.jsonl');
    for await (const event of tailEvents(path, { isOver: () => isOver, pollMs: 5 })) seen.push(event.seq);
  })();
  const whole = line(1);
  appendFileSync(folder.join('events.jsonl'), line(0) + whole.slice(0, 30));
  await expect.poll(() => seen).toEqual([0]);
  appendFileSync(folder.join('events.jsonl'), whole.slice(30));
  await expect.poll(() => seen).toEqual([0, 1]);
  // What is written last is still read when the writer is gone.
  appendFileSync(folder.join('events.jsonl'), line(2));
  isOver = true;
  await tailing;
  expect(seen).toEqual([0, 1, 2]);
});

test('a line that the writer left torn is passed over', async () => {
  writeFileSync(folder.join('events.jsonl'), line(0) + line(1).slice(0, 20));
  expect(await collect()).toMatchObject({ events: [{ seq: 0 }], trouble: [] });
});

test('a gap is told, and each attempt counts for itself', async () => {
  const lines = [line(0), line(1), line(4), line(0, { t: 'heartbeat' }, 2), line(1, { t: 'heartbeat' }, 2)];
  writeFileSync(folder.join('events.jsonl'), lines.join(''));
  const { events, trouble } = await collect();
  expect(events).toHaveLength(5);
  expect(trouble).toEqual(['Events 2 to 3 of attempt 1 are missing.']);
});

test('types that are not known are passed over without a word, known ones in another shape with one', async () => {
  writeFileSync(
    folder.join('events.jsonl'),
    [line(0, { t: 'novelty', text: 'x' }), line(1, { t: 'log', step: 'three' }), 'not json\n', line(2)].join(''),
  );
  const { events, trouble } = await collect();
  expect(events.map(({ seq }) => seq)).toEqual([2]);
  expect(trouble[0]).toMatch(/is no event: (step|loss)/);
  expect(trouble[1]).toMatch(/is no event: .*JSON/);
});

test('a tail may begin behind what earlier attempts wrote', async () => {
  const before = line(0) + line(1);
  writeFileSync(folder.join('events.jsonl'), before + line(0, { t: 'heartbeat' }, 2));
  expect(await collect(Buffer.byteLength(before))).toMatchObject({ events: [{ attempt: 2 }], trouble: [] });
});

test('keys of a newer worker are passed over, and a loss that is not a number is null', async () => {
  writeFileSync(folder.join('events.jsonl'), line(0, { t: 'log', step: 1, loss: null, entropy: 3 }));
  expect((await collect()).events[0]).toMatchObject({ t: 'log', loss: null });
});
