import type { LoopStatus, StepStatus } from '@scalequest/loop';
import { expect, test } from 'vitest';
import { formatLoopStatus } from './format-loop-status.ts';

const nowMs = Date.parse('2026-11-23T12:00:30Z');
const begunAt = '2026-11-23T12:00:00Z';
const step = (name: string, rest: Partial<StepStatus>): StepStatus => ({
  ...{ step: name, kind: 'rows', standing: 'not-begun', figures: undefined, begunAt: undefined, run: undefined },
  ...rest,
});

const status: LoopStatus = {
  ...{ folder: 'loops/nano', loop: 'nano', seed: 3, standing: 'running', holder: { pid: 7, host: 'here' } },
  steps: [
    step('seeds', { standing: 'done', figures: { rows: 1000 } }),
    step('pairs', { standing: 'at-work', begunAt }),
    step('evaluate-a', {
      ...{ kind: 'evaluate', standing: 'stopped', begunAt },
      run: { kind: 'evaluate', isHeld: false, answered: 12, problems: 1000 },
    }),
    step('rows-a', { standing: 'waiting' }),
    step('rows-b', {}),
  ],
};

test('a row for each step: what it has come to, or how far it is and since when', () => {
  expect(formatLoopStatus(status, { nowMs }).split('\n')).toEqual([
    'nano, seed 3: running (process 7 on here)',
    '1 of 5 steps done',
    'step        kind      state',
    'seeds       rows      done       1,000 rows',
    'pairs       rows      at work    begun 30.0 s ago',
    'evaluate-a  evaluate  stopped    12 of 1,000 problems · begun 30.0 s ago',
    'rows-a      rows      waiting',
    'rows-b      rows      not begun',
    'Folder: loops/nano',
  ]);
});

test('one that was stopped says what goes on with it', () => {
  const stopped: LoopStatus = { ...status, standing: 'stopped', holder: undefined };
  const lines = formatLoopStatus(stopped, { nowMs }).split('\n');
  expect([lines[0], lines.at(-1)]).toEqual(['nano, seed 3: stopped', 'The command that began it goes on.']);
});
