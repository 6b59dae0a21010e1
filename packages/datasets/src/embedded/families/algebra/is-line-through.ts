import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';

/**
 * Whether an equation `y=...` holds at all of the points. Two points fix a line, and a third refuses a curve.
 *
 * @example
 * isLineThrough('y=2x+1', [[0, 1], [1, 3], [2, 5]]); // true
 */
export function isLineThrough(answer: string, points: readonly (readonly [x: number, y: number])[]): boolean {
  const [left, right, ...others] = answer.split('=');
  if (left !== 'y' || right === undefined || others.length > 0) return false;
  return points.every(([x, y]) => isClose(evaluateLatex(right, { x }), y));
}
