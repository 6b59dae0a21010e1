import { emptyState, type PairState } from './pair-state.ts';

interface Example {
  readonly name: string;
  readonly state: PairState;
}

function pair(name: string, reference: string, candidate: string, more: Partial<PairState> = {}): Example {
  return { name, state: { ...emptyState, reference, candidate, ...more } };
}

/** One of each kind, in the order of the buttons. The first is what the page opens with. */
export const examples: readonly Example[] = [
  pair('Radicals', '\\frac{2\\sqrt{3}}{3}', '\\frac{2}{\\sqrt{3}}'),
  pair('Expanded', '(x+1)^2', 'x^2+2x+1'),
  pair('Sign lost', '\\frac{x^2-1}{x+1}', 'x+1'),
  pair('Nested roots', '\\sqrt{3+2\\sqrt{2}}', '1+\\sqrt{2}'),
  pair('Intervals', '(-\\infty, 1) \\cup (3, \\infty)', 'x < 1 or x > 3'),
  pair('Percent', '50\\%', '50'),
  pair(
    'Matrix',
    '\\begin{pmatrix} 1 & \\frac12 \\\\ 0 & 2^3 \\end{pmatrix}',
    '\\begin{bmatrix} 1 & 0.5 \\\\ 0 & 8 \\end{bmatrix}',
  ),
  pair('Other domain', '\\ln x^2', '2\\ln x'),
  pair(
    'A reply',
    '\\frac{7}{12}',
    'The two events are disjoint, so their chances add up:\n\n$$\\frac13 + \\frac14 = \\frac{4 + 3}{12}.$$\n\nThe probability is $\\boxed{\\frac{7}{12}}$, a little over one half.',
    { mode: 'reply' },
  ),
];
