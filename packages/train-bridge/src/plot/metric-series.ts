import type { TrainEvent } from '../events/train-event.ts';

/** One figure over the steps. */
export interface MetricSeries {
  /** As the events name it: `loss`, `learning rate`, `rewards/margins`. */
  readonly name: string;
  /** `held`: of the rows that are not trained. */
  readonly of: 'train' | 'held';
  readonly points: readonly MetricPoint[];
}

export interface MetricPoint {
  readonly step: number;
  readonly value: number;
}

export interface TrainingCourse {
  readonly series: readonly MetricSeries[];
  /** Where each attempt but the first began. */
  readonly resumedAt: readonly number[];
  readonly lastStep: number;
}

/**
 * The course of a training over all its attempts. What an attempt did again, from its checkpoint on, takes the place of what a
 * killed one had done.
 */
export async function collectCourse(events: Iterable<TrainEvent> | AsyncIterable<TrainEvent>): Promise<TrainingCourse> {
  const points = new Map<string, Map<number, number>>();
  const resumedAt = new Set<number>();
  let isFirst = true;
  const add = (key: string, step: number, value: number | null | undefined): void => {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    const series = points.get(key) ?? new Map<number, number>();
    points.set(key, series.set(step, value));
  };
  for await (const event of events) {
    if (event.t === 'start') {
      const from = event.resumeFrom ?? 0;
      for (const series of points.values()) forgetAfter(series, from);
      if (!isFirst) resumedAt.add(from);
      isFirst = false;
    }
    if (event.t === 'log') {
      add('train:loss', event.step, event.loss);
      add('train:learning rate', event.step, event.learningRate);
      for (const [name, value] of Object.entries(event.metrics ?? {})) add(`train:${name}`, event.step, value);
    }
    if (event.t === 'eval') {
      for (const [name, value] of Object.entries(event.metrics)) add(`held:${name}`, event.step, value);
    }
  }
  const series = [...points].map(([key, values]) => toSeries(key, values));
  // In order, so the last is the greatest; all steps of a long training are too many arguments for one call.
  const lastStep = Math.max(0, ...series.map(({ points }) => points.at(-1)?.step ?? 0));
  return { series, resumedAt: [...resumedAt].filter((step) => step <= lastStep).sort((a, b) => a - b), lastStep };
}

function forgetAfter(series: Map<number, number>, from: number): void {
  for (const step of [...series.keys()]) if (step > from) series.delete(step);
}

function toSeries(key: string, values: ReadonlyMap<number, number>): MetricSeries {
  const border = key.indexOf(':');
  return {
    name: key.slice(border + 1),
    of: key.startsWith('held') ? 'held' : 'train',
    points: [...values].map(([step, value]) => ({ step, value })).sort((a, b) => a.step - b.step),
  };
}
