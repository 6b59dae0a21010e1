import type { Random } from '@scalequest/core';
import { between } from '../../draw.ts';

export type Point = readonly [x: number, y: number];

/** A point with whole coordinates from `-size` to `size`. */
export function drawPoint(random: Random, size: number): Point {
  return [between(random, [-size, size]), between(random, [-size, size])];
}

/** `(2,-3)` */
export function formatPoint([x, y]: Point): string {
  return `(${x},${y})`;
}
