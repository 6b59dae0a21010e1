import type { GoldFix } from '../gold-fixes.ts';

/** The 13 test problems whose last box is not the whole answer, found by reading all solutions with several boxes. */
export const mathGoldFixes: readonly GoldFix[] = [
  { id: 'test/algebra/1730.json', from: '3', kind: 'any', values: ['-3', '3'] },
  { id: 'test/algebra/1878.json', from: '1', kind: 'all', values: ['-2', '1'] },
  { id: 'test/intermediate_algebra/1020.json', from: '-3 + 6i', kind: 'all', values: ['5 - 10i', '11', '-3 + 6i'] },
  { id: 'test/intermediate_algebra/1855.json', from: '-\\tfrac34', kind: 'all', values: ['-\\tfrac32', '-\\tfrac34'] },
  { id: 'test/intermediate_algebra/2089.json', from: '10879', kind: 'all', values: ['-10879', '10879'] },
  { id: 'test/intermediate_algebra/225.json', from: '\\frac{2}{5}', kind: 'all', values: ['3', '\\frac{2}{5}'] },
  { id: 'test/intermediate_algebra/25.json', from: '(0,0)', kind: 'any', values: ['(10, 0)', '(0,0)'] },
  {
    id: 'test/intermediate_algebra/702.json',
    from: '\\left(-\\tfrac52, -\\tfrac52\\right)',
    kind: 'any',
    values: ['\\left(\\tfrac32, -\\tfrac52\\right)', '\\left(-\\tfrac52, -\\tfrac52\\right)'],
  },
  { id: 'test/intermediate_algebra/747.json', from: '(0,0)', kind: 'any', values: ['(3,-5)', '(0,0)'] },
  { id: 'test/prealgebra/177.json', from: '12', kind: 'unboxed', values: ['6'] },
  { id: 'test/precalculus/1227.json', from: '2', kind: 'all', values: ['-1', '2'] },
  {
    id: 'test/precalculus/1233.json',
    from: '105^\\circ',
    kind: 'all',
    values: ['30^\\circ', '45^\\circ', '105^\\circ'],
  },
  {
    id: 'test/precalculus/679.json',
    from: '\\frac{5\\pi}{4}',
    kind: 'all',
    values: ['\\frac{\\pi}{4}', '\\frac{5\\pi}{4}'],
  },
];
