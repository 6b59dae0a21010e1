/** Where numbers stand on a line of the screen. */
export interface Axis {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** In pixels. */
  readonly place: (value: number) => number;
}

export interface AxisOptions {
  readonly values: readonly number[];
  /** In pixels; `from` may be the greater one, for an axis that goes up. */
  readonly from: number;
  readonly to: number;
  readonly mostTicks: number;
}

/** An axis from one round number to another that holds all the values. */
export function createAxis({ values, from, to, mostTicks }: AxisOptions): Axis {
  const [least, most] = spread(values);
  const step = findStep((most - least) / mostTicks);
  const [begin, end] = [Math.floor(least / step), Math.ceil(most / step)];
  const ticks = Array.from({ length: end - begin + 1 }, (_, i) => Number(((begin + i) * step).toPrecision(12)));
  return {
    ticks: ticks.map((at) => ({ at, label: formatTick(at) })),
    place: (value) => from + ((value / step - begin) / (end - begin)) * (to - from),
  };
}

/** A single value gets room around it. */
function spread(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (!Number.isFinite(least)) return [0, 1];
  if (most - least > Math.abs(most) * 1e-9) return [least, most];
  const room = Math.abs(most) / 2 || 1;
  return [least - room, most + room];
}

/** 1, 2 or 5 times a power of ten. */
function findStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return (([1, 2, 5, 10] as const).find((digit) => digit * power >= atLeast * (1 - 1e-9)) ?? 10) * power;
}

/** Short: `2e-5`, `0.25`, `1.5K`. */
function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential().replace('e+', 'e');
  if (size >= 10_000) return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
  return String(Number(value.toPrecision(6)));
}
