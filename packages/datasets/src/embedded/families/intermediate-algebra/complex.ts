import { evaluateLatex, isClose } from '../../answers/evaluate-latex.ts';
import { formatSum } from '../../latex.ts';

/** `3-4i`, `2i`, `i`. */
export function formatComplex(real: number, imaginary: number): string {
  return formatSum([
    { coefficient: real, symbol: '' },
    { coefficient: imaginary, symbol: 'i' },
  ]);
}

/** The real and the imaginary part of a text such as `3-4i`; undefined where it is no sum of these. */
export function readComplex(text: string): readonly [real: number, imaginary: number] | undefined {
  const [at0, at1, at2] = [0, 1, 2].map((i) => evaluateLatex(text, { i }));
  if (at0 === undefined || at1 === undefined || !isClose(at2, at1 + (at1 - at0))) return undefined;
  return [at0, at1 - at0];
}
