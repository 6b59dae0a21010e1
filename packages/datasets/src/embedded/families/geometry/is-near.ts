import { evaluateLatex } from '../../answers/evaluate-latex.ts';

/** Whether an expression has a measured value. A hundredth is more than the error of measuring, and less than one of counting. */
export function isNear(answer: string, measured: number): boolean {
  const value = evaluateLatex(answer);
  return value !== undefined && Math.abs(value - measured) < 0.01;
}
