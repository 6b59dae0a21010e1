import { expect, test } from 'vitest';
import { createLiveLine } from './live-line.ts';

interface Size {
  isTTY: boolean;
  columns: number;
  rows: number;
}

/** A terminal, and what it was sent since it was last asked. */
function makeTerminal(size: Size): { readonly stderr: typeof process.stderr; readonly take: () => string } {
  let sent = '';
  const write = (text: string): boolean => {
    sent += text;
    return true;
  };
  const take = (): string => {
    const text = sent;
    sent = '';
    return text;
  };
  return { stderr: Object.assign(size, { write }) as unknown as typeof process.stderr, take };
}

const up = '\u001b[1A\u001b[2K';

test('a table is written over by the next, and is not left standing', () => {
  const { stderr, take } = makeTerminal({ isTTY: true, columns: 80, rows: 24 });
  const line = createLiveLine(stderr);
  line.update('one', ['a', 'b']);
  expect(take()).toBe('one\na\nb');
  line.update('two', ['a']);
  expect(take()).toBe(`\r\u001b[2K${up}${up}two\na`);
  line.say('A word.');
  expect(take()).toBe(`\r\u001b[2K${up}A word.\n`);
  line.end();
  expect(take()).toBe('two\n');
});

test('what does not fit on the screen is left out, and what a narrower terminal has broken is taken back', () => {
  const size = { isTTY: true, columns: 30, rows: 3 };
  const { stderr, take } = makeTerminal(size);
  const line = createLiveLine(stderr);
  line.update('x'.repeat(100), ['a', 'b', 'c']);
  expect(take()).toBe(`${'x'.repeat(29)}\na`);
  stderr.columns = 10;
  line.update('y');
  // 29 letters take three rows of ten, and the line below one.
  expect(take()).toBe(`\r\u001b[2K${up.repeat(3)}y`);
});

test('elsewhere there is no table, and a line at the end', () => {
  const { stderr, take } = makeTerminal({ isTTY: false, columns: 80, rows: 24 });
  const line = createLiveLine(stderr);
  expect(line.getRoom()).toBeUndefined();
  line.update('one', ['a']);
  expect(take()).toBe('');
  line.end();
  expect(take()).toBe('one\n');
});
