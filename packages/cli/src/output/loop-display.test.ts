import type { LoopEvent, LoopRecipe, Step } from '@scalequest/loop';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveLine } from './live-line.ts';
import { createLoopDisplay, type LoopDisplay } from './loop-display.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeStep(name: string): Step {
  return { name, kind: 'rows', version: 1, after: [], settings: {}, run: async () => ({ files: {} }) };
}

const recipe: LoopRecipe = {
  ...{ name: 'test', description: '' },
  steps: ['seeds', 'rows-a', 'rows-b'].map(makeStep),
};

interface Shown {
  readonly display: LoopDisplay;
  readonly said: string[];
  readonly getLast: () => readonly string[];
  readonly wait: (seconds: number) => void;
}

function show({ isTerminal }: { readonly isTerminal: boolean }): Shown {
  const said: string[] = [];
  let last: readonly string[] = [];
  let nowMs = 0;
  const line: LiveLine = {
    getRoom: () => (isTerminal ? { columns: 80, rows: 24 } : undefined),
    update: (text, below = []) => {
      last = isTerminal ? [text, ...below] : [text];
    },
    say: (text) => void said.push(text),
    end: () => undefined,
  };
  const display = createLoopDisplay({ recipe, line, parallel: 2, clock: () => nowMs });
  const wait = (seconds: number): void => {
    nowMs += seconds * 1000;
    vi.advanceTimersByTime(1000);
  };
  return { display, said, getLast: () => last, wait };
}

const done = (step: string, seconds: number | undefined): LoopEvent => ({
  ...{ kind: 'done', step, seconds, figures: { rows: 7 } },
});
const event = (kind: 'begun' | 'told' | 'said', step: string, text: string): LoopEvent => ({ kind, step, text });

test('on a terminal each step at work has a line of its own, and one that is done a line that stays', () => {
  const { display, said, getLast, wait } = show({ isTerminal: true });
  display.onEvent(done('seeds', undefined));
  display.onEvent(event('begun', 'rows-a', 'rows'));
  display.onEvent(event('begun', 'rows-b', 'rows'));
  wait(4);
  display.onEvent(event('told', 'rows-a', '3 of 7'));
  expect(getLast()).toEqual(['1 of 3 steps · 4.0 s', '  rows-a  3 of 7 · 4.0 s', '  rows-b  beginning · 4.0 s']);
  display.onEvent(done('rows-a', 4));
  wait(1);
  expect(getLast()).toEqual(['2 of 3 steps · 5.0 s', '  rows-b  beginning · 5.0 s']);
  display.onEvent(event('said', 'rows-b', 'Mind the gap.'));
  display.end();
  expect(said).toEqual(['Done before: 1 of 3 steps.', 'rows-a         4.0 s  7 rows', 'rows-b: Mind the gap.']);
  expect([...display.seconds]).toEqual([['rows-a', 4]]);
});

test('elsewhere all is in one line, with what is left where that is known', () => {
  const { display, said, getLast, wait } = show({ isTerminal: false });
  display.onEvent(event('begun', 'seeds', 'rows'));
  display.onEvent(done('seeds', 1));
  display.onEvent(event('begun', 'rows-a', 'rows'));
  wait(2);
  display.onEvent(done('rows-a', 30));
  display.onEvent(event('begun', 'rows-b', 'rows'));
  display.onEvent(event('told', 'rows-b', '2 of 7'));
  wait(10);
  expect(getLast()).toEqual(['2 of 3 steps · 12.0 s · about 10.0 s left · rows-b: 2 of 7']);
  display.onEvent({ kind: 'failed', step: 'rows-b', error: new Error('x') });
  expect(said.at(-1)).toBe("Step 'rows-b' failed; what is done is kept.");
});

test('as long as nothing is known of the loop nothing is shown', () => {
  const { display, said, getLast, wait } = show({ isTerminal: false });
  wait(2);
  display.end();
  expect([getLast(), said]).toEqual([[], []]);
});
