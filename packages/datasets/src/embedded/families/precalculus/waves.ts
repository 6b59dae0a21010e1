import type { Random } from '@scalequest/core';
import { between, nonZero } from '../../draw.ts';

/** The function `3\sin(2x)+5`. */
export interface Wave {
  readonly name: 'sin' | 'cos';
  readonly factor: number;
  readonly frequency: number;
  readonly shift: number;
}

export function drawWave(random: Random): Wave {
  return {
    name: random.pick(['sin', 'cos']),
    factor: between(random, [2, 12]),
    frequency: between(random, [2, 9]),
    shift: nonZero(random, 12),
  };
}

/** `3\sin(2x)+5`, or with another argument `3\sin(\frac{2x}{5})+5`. */
export function formatWave({ name, factor, frequency, shift }: Wave, argument = `${frequency}x`): string {
  return `${factor}\\${name}(${argument})${shift < 0 ? '' : '+'}${shift}`;
}

/** Its values all around the circle, the ends of its range among them. */
export function sampleWave({ name, factor, frequency, shift }: Wave): readonly number[] {
  const points = 24 * frequency;
  return Array.from({ length: points }, (_, i) => factor * Math[name]((frequency * 2 * Math.PI * i) / points) + shift);
}
