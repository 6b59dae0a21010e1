import { expect, test } from 'vitest';
import type { TrainEvent } from '../events/train-event.ts';
import { createAxis } from './axis.ts';
import { choosePanels } from './choose-panels.ts';
import { collectCourse, type TrainingCourse } from './metric-series.ts';
import { renderPlot } from './render-plot.ts';

const head = { v: 1, ts: '2026-01-01T00:00:00.000Z', run: 'r', seq: 0, rank: 0 } as const;

function start(attempt: number, resumeFrom: number | null): TrainEvent {
  return { ...head, attempt, t: 'start', totalSteps: 20, resumeFrom };
}

function log(attempt: number, step: number, loss: number | null): TrainEvent {
  return {
    ...head,
    attempt,
    t: 'log',
    step,
    loss,
    learningRate: 1e-5,
    metrics: { 'rewards/margins': step / 10, 'logps/chosen': -step },
  };
}

async function collect(events: readonly TrainEvent[]): Promise<TrainingCourse> {
  return await collectCourse(events);
}

function find({ series }: TrainingCourse, name: string): readonly (readonly [number, number])[] {
  return series.find((one) => one.name === name)?.points.map(({ step, value }) => [step, value] as const) ?? [];
}

test('what an attempt does again takes the place of what the killed one had done', async () => {
  const course = await collect([
    start(1, null),
    ...[1, 2, 3, 4].map((step) => log(1, step, 10 * step)),
    start(2, 2),
    log(2, 3, 5),
    { ...head, attempt: 2, t: 'eval', step: 3, metrics: { loss: 7 } },
  ]);
  expect(find(course, 'loss')).toEqual([
    [1, 10],
    [2, 20],
    [3, 5],
  ]);
  expect(course).toMatchObject({ resumedAt: [2], lastStep: 3 });
  expect(course.series.find(({ of }) => of === 'held')?.points).toEqual([{ step: 3, value: 7 }]);
});

test('a value that is no number is left out, and no picture breaks', async () => {
  const course = await collect([start(1, null), log(1, 1, 1), log(1, 2, null), log(1, 3, 3)]);
  expect(find(course, 'loss').map(([step]) => step)).toEqual([1, 3]);
});

test('each kind has charts of its own figures, and none of what was not measured', async () => {
  const { series } = await collect([start(1, null), log(1, 1, 1)]);
  expect(choosePanels('dpo', series).map(({ title }) => title)).toEqual(['loss', 'learning rate', 'rewards']);
  expect(choosePanels('sft', series).map(({ title }) => title)).toEqual(['loss', 'learning rate']);
});

test('an axis goes from one round number to another and holds everything', () => {
  const { ticks, place } = createAxis({ values: [0.13, 0.98], from: 100, to: 0, mostTicks: 5 });
  expect(ticks.map(({ label }) => label)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
  expect(place(0)).toBe(100);
  expect(place(1)).toBeCloseTo(0);
  for (const values of [[], [5], [0, 0], [-3e-7, 2e-7], [1e9, 1e9 + 1]]) {
    const axis = createAxis({ values, from: 0, to: 10, mostTicks: 5 });
    expect(axis.ticks.length).toBeGreaterThan(1);
    for (const value of values) expect(axis.place(value)).toBeGreaterThanOrEqual(0);
    for (const value of values) expect(axis.place(value)).toBeLessThanOrEqual(10);
  }
});

test('the picture stands for itself: names are escaped, both colour schemes are there, a long training stays small', async () => {
  const course = await collect([
    start(1, null),
    ...Array.from({ length: 20_000 }, (_, i) => log(1, i + 1, Math.exp(-i / 5000))),
    start(2, 20_000),
  ]);
  const svg = renderPlot({ title: 'a <b> & c', panels: choosePanels('dpo', course.series), ...course });
  expect(svg).toContain('a &lt;b&gt; &amp; c');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).toContain('class="resumed"');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a training of very many steps and figures has a last step', async () => {
  const metrics = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`rewards/${i}`, i]));
  const events = Array.from(
    { length: 30_000 },
    (_, i): TrainEvent => ({ ...log(1, i + 1, 1), t: 'log', step: i + 1, loss: 1, metrics }),
  );
  expect((await collect([start(1, null), ...events])).lastStep).toBe(30_000);
});

test('a training that has logged nothing says so', () => {
  expect(renderPlot({ title: 'r', panels: [], resumedAt: [], lastStep: 0 })).toContain('Nothing was logged yet.');
});
