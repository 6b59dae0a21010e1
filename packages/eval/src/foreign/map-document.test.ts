import type { Problem } from '@scalequest/datasets';
import { expect, test } from 'vitest';
import type { ForeignDocument } from './foreign-log.ts';
import { createDocumentMapper } from './map-document.ts';

const problems: readonly Problem[] = [
  { id: '0', problem: 'How many apples are left in the basket?', reference: '3', meta: {} },
  { id: '1', problem: 'How many  pears are\nleft in the basket?', reference: '4', meta: {} },
  { id: 'test/algebra/7.json', problem: 'Find $x$.', reference: '5', meta: {} },
  { id: 'test/algebra/8.json', problem: 'Find $x$.', reference: '6', meta: {} },
  {
    id: 'Mbpp/11',
    problem: '"""\nWrite a function that doubles a number.\nassert f(1) == 2\n"""',
    reference: '',
    meta: {},
  },
];
const map = createDocumentMapper(problems);

function makeDocument(fields: Partial<ForeignDocument>): ForeignDocument {
  return { ids: [], texts: [], ...fields };
}

test('an id that is a number counts only where the question agrees', () => {
  const question = 'How many pears are left in the basket?';
  expect(map(makeDocument({ ids: ['1'], texts: [question] }))).toEqual({ ids: ['1'] });
  // inspect counts from 1: its second sample is not our problem 2.
  expect(map(makeDocument({ ids: ['2'], texts: [question] }))).toEqual({ ids: ['1'] });
  expect(map(makeDocument({ ids: ['0'] }))).toEqual({ why: 'it has no id and no question that is known' });
});

test('an id that says more counts without a question, and not against one', () => {
  expect(map(makeDocument({ ids: ['test/algebra/7.json'] }))).toEqual({ ids: ['test/algebra/7.json'] });
  expect(map(makeDocument({ ids: ['test/algebra/7.json'], texts: ['Find $y$ in the picture above.'] }))).toEqual({
    why: "its question is not that of 'test/algebra/7.json'",
  });
});

test("a task of MBPP is found by its number and its prose, which is a part of EvalPlus's prompt", () => {
  const document = makeDocument({ ids: ['11'], texts: ['Write a function that doubles a number.'] });
  expect(map(document)).toEqual({ ids: ['Mbpp/11'] });
});

test('problems with one question are told apart by the line, else by the reference, else not at all', () => {
  const texts = ['Find $x$.'];
  expect(map(makeDocument({ texts, line: 3 }))).toEqual({ ids: ['test/algebra/8.json'] });
  expect(map(makeDocument({ texts, line: 0, reference: '5' }))).toEqual({ ids: ['test/algebra/7.json'] });
  expect(map(makeDocument({ texts, line: 3, reference: '5' }))).toEqual({ ids: ['test/algebra/7.json'] });
  expect(map(makeDocument({ texts }))).toEqual({
    why: "2 problems have its question: 'test/algebra/7.json', 'test/algebra/8.json'",
  });
});

test('a line alone says nothing: the question with its instruction must hold ours', () => {
  const asked = 'Answer shortly. How many apples are left in the basket?';
  expect(map(makeDocument({ texts: [asked], line: 0 }))).toEqual({ ids: ['0'] });
  expect(map(makeDocument({ texts: [asked], line: 1 }))).toEqual({ why: 'no problem has its question' });
});

test('problems with one question and one reference are any of them', () => {
  const twins = ['a', 'b'].map((id) => ({ id, problem: 'Find $z$.', reference: '1', meta: {} }));
  expect(createDocumentMapper(twins)(makeDocument({ texts: ['Find $z$.'] }))).toEqual({ ids: ['a', 'b'] });
});
