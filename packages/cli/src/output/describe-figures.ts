import type { Fields, Json } from '@scalequest/loop';
import { countOf, formatCount, formatInterval, formatPercent } from './format.ts';

/** What a step measured, in a few words: the figure that one looks for first. */
export function describeFigures(figures: Fields): string {
  const { accuracy, low, high, questions, valid, stages, generators, steps, rows } = figures;
  if (isNumber(accuracy)) {
    return `${formatPercent(accuracy)}${isNumber(low) && isNumber(high) ? ` ${formatInterval({ low, high })}` : ''}`;
  }
  if (isNumber(questions) && isNumber(valid)) {
    return `${formatPercent(valid / Math.max(1, questions))} of ${countOf(questions, 'question')} valid`;
  }
  if (Array.isArray(stages)) {
    const { right, answers } = (stages.at(-1) ?? {}) as Fields;
    if (isNumber(right) && isNumber(answers)) {
      return `${formatPercent(right / Math.max(1, answers))} of ${countOf(answers, 'answer')} right`;
    }
  }
  if (Array.isArray(generators)) {
    const [accepted, asked] = ['accepted', 'rows'].map((name) => sum(generators, name)) as [number, number];
    return `${countOf(accepted, 'row')} of ${formatCount(asked)}`;
  }
  const byBenchmark = listByBenchmark(figures);
  if (byBenchmark.length > 0)
    return byBenchmark.map(([benchmark, one]) => `${benchmark} ${formatPercent(one.accuracy)}`).join(', ');
  if (isNumber(steps)) return `${countOf(steps, 'step')}${isNumber(rows) ? ` on ${countOf(rows, 'row')}` : ''}`;
  return isNumber(rows) ? countOf(rows, 'row') : '';
}

export interface BenchmarkFigures {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  readonly problems: number;
}

/** Of an evaluation by several benchmarks, each by its name; none of another step. */
export function listByBenchmark(figures: Fields): readonly (readonly [string, BenchmarkFigures])[] {
  return Object.entries(figures).flatMap(([benchmark, one]) =>
    typeof one === 'object' && one !== null && 'accuracy' in one
      ? [[benchmark, one as unknown as BenchmarkFigures] as const]
      : [],
  );
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number';
}

function sum(list: readonly Json[], name: string): number {
  return list.reduce<number>((total, one) => {
    const value = (one as Fields)[name];
    return total + (isNumber(value) ? value : 0);
  }, 0);
}
