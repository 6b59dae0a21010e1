import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createCancellation, followSignal } from './cancellation.ts';

describe.each([
  {
    name: 'a cancellation of its own',
    make: () => {
      const source = createCancellation();
      return { cancellation: source, cancel: source.cancel };
    },
  },
  {
    name: 'a signal that is followed',
    make: () => {
      const controller = new AbortController();
      return { cancellation: followSignal(controller.signal), cancel: () => controller.abort() };
    },
  },
])('$name', ({ make }) => {
  test('calls everyone back once, but for those who took their callback back', () => {
    const { cancellation, cancel } = make();
    const called: string[] = [];
    cancellation.onCancel(() => called.push('a'));
    const stop = cancellation.onCancel(() => called.push('b'));
    cancellation.onCancel(() => called.push('c'));
    stop();
    expect([cancellation.isCancelled, called]).toEqual([false, []]);
    cancel();
    cancel();
    expect([cancellation.isCancelled, called]).toEqual([true, ['a', 'c']]);
  });

  test('who comes too late is called back at once', () => {
    const { cancellation, cancel } = make();
    cancel();
    let called = 0;
    cancellation.onCancel(() => called++);
    expect(called).toBe(1);
  });

  test('its signal is aborted with it, whether it was asked for before or after', () => {
    const before = make();
    const { signal } = before.cancellation;
    before.cancel();
    const after = make();
    after.cancel();
    expect([signal.aborted, after.cancellation.signal.aborted, after.cancellation.signal.reason]).toEqual([
      true,
      true,
      expect.any(DOMException),
    ]);
  });
});

test('a callback that is taken back leaves no listener on a signal', () => {
  const { signal } = new AbortController();
  const stop = followSignal(signal).onCancel(() => undefined);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  stop();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
