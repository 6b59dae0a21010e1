import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createSignalListeners } from './signal-listeners.ts';

test('a thousand callbacks put one listener on a signal', () => {
  const listen = createSignalListeners();
  const { signal } = new AbortController();
  for (let index = 0; index < 1000; index++) listen(signal, () => undefined);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
});

test('an abort calls every callback once, but not those taken back', () => {
  const listen = createSignalListeners();
  const controller = new AbortController();
  const called: string[] = [];
  listen(controller.signal, () => called.push('a'));
  const stop = listen(controller.signal, () => called.push('b'));
  listen(controller.signal, () => called.push('c'));
  stop();
  controller.abort();
  expect(called).toEqual(['a', 'c']);
});
