import type { LoopRecipe, Step, StepKind } from '@scalequest/loop';
import { expect, test } from 'vitest';
import { estimateLeft } from './estimate-left.ts';

function makeStep(name: string, kind: StepKind, settings: Step['settings'] = {}): Step {
  return { name, kind, version: 1, after: [], settings, run: async () => ({ files: {} }) };
}

const recipe: LoopRecipe = {
  ...{ name: 'test', description: '' },
  steps: [
    makeStep('base', 'train', { steps: 200 }),
    makeStep('student-a', 'train', { steps: 100 }),
    makeStep('evaluate-a', 'evaluate'),
    makeStep('student-b', 'train', { steps: 100 }),
    makeStep('evaluate-b', 'evaluate'),
  ],
};

test('what is left takes as long as steps of its kind have taken, by their steps, less what is done of it', () => {
  const done = new Map<string, number | undefined>([
    ['base', 40],
    ['student-a', 20],
    ['evaluate-a', 6],
  ]);
  // Twenty seconds for a hundred steps, and six.
  expect(estimateLeft({ recipe, done, atWork: new Map(), parallel: 1 })).toBe(20 + 6);
  expect(estimateLeft({ recipe, done, atWork: new Map([['student-b', 15]]), parallel: 1 })).toBe(5 + 6);
  expect(estimateLeft({ recipe, done, atWork: new Map([['student-b', 50]]), parallel: 2 })).toBe(6 / 2);
});

test('nothing is guessed as long as a kind of step that is left has not been seen in this session', () => {
  const base = { recipe, atWork: new Map<string, number>(), parallel: 1 };
  expect(estimateLeft({ ...base, done: new Map([['base', 40]]) })).toBeUndefined();
  const earlier = new Map([
    ['base', undefined],
    ['student-a', undefined],
    ['evaluate-a', undefined],
  ]);
  expect(estimateLeft({ ...base, done: earlier })).toBeUndefined();
});
