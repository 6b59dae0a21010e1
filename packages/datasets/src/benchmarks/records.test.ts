import { expect, test } from 'vitest';
import type { Benchmark } from '../benchmark.ts';
import { aime24 } from './aime24.ts';
import { amc23 } from './amc23.ts';
import { collegeMath } from './college-math.ts';
import { gsmHard } from './gsm-hard.ts';
import { gsm8k } from './gsm8k.ts';
import { olympiadbench } from './olympiadbench.ts';

// What one record becomes, on records of our own; the real ones are in real-data.test.ts.
function parse({ rows }: Benchmark, record: object, index = 3): unknown {
  return rows.kind === 'records' ? rows.parseRecord(record, index) : undefined;
}

test('a GSM8K record is known by its line, keeps the comma of its gold, and counts its calculations', () => {
  const answer = 'Two make 2*700=<<2*700=1400>>1400.\nWith 50 it is 1400+50=<<1400+50=1450>>1450.\n#### 1,450';
  expect(parse(gsm8k, { question: ' How many? ', answer })).toEqual({
    id: '3',
    problem: 'How many?',
    reference: '1,450',
    meta: { solution: answer, steps: 2 },
  });
  expect(parse(gsm8k, { question: 'How many?', answer: 'No gold.' })).toHaveProperty('excluded');
});

test.each([
  [-20.0, '-20', 'negative'],
  [0.5, '0.5', 'not whole'],
  [3.509e-7, '0.0000003509', 'not whole'],
  [75_455_064_000, '75455064000', 'whole'],
])('the GSM-Hard target %d is the reference %s, %s', (target, reference, form) => {
  expect(parse(gsmHard, { input: 'q', code: 'c', target })).toMatchObject({ id: '3', reference, meta: { form } });
});

test.each([
  ['$(1,2)$', 'formula'],
  ['The length is $\\frac{3}{2}$ feet.', 'formula'],
  ['No, because the limit from the left is not the limit from the right.', 'prose'],
  [`$${'x+'.repeat(120)}1$`, 'prose'],
])('the CollegeMATH gold %s is told apart as %s', (answer, form) => {
  const record = {
    data_source: 'college_math.Book',
    question_number: 'exercise.1',
    question: 'q',
    answer,
    license: 'GFDL',
    data_topic: 'college_math.calculus',
  };
  expect(parse(collegeMath, record)).toEqual({
    id: '3',
    problem: 'q',
    reference: answer,
    meta: { topic: 'calculus', book: 'Book', questionNumber: 'exercise.1', licence: 'GFDL', form },
  });
});

const olympiad = {
  id: 7,
  subfield: 'Algebra',
  context: null,
  question: 'q',
  solution: ['s', 't'],
  is_multiple_answer: false,
  answer_type: 'Numerical',
  error: null,
};

test.each([
  ['$12$', null, undefined],
  ['$12$', '', undefined],
  ['$12$', 'km', ['$12$ km']],
  ['12', '%', undefined],
  ['$a=30$,$b=60$', '^{\\circ}', ['a=30^{\\circ}, b=60^{\\circ}']],
])('the OlympiadBench gold %s with the unit %s may also be %j', (gold, unit, otherReferences) => {
  expect(parse(olympiadbench, { ...olympiad, final_answer: [gold], unit })).toMatchObject({
    id: '7',
    reference: gold,
    meta: { unit: unit || null, error: null, answers: 'one', solution: 's\n\nt' },
    ...(otherReferences === undefined ? {} : { otherReferences }),
  });
});

test('an OlympiadBench record with two strings of answers is refused: the source has one', () => {
  expect(() => parse(olympiadbench, { ...olympiad, final_answer: ['1', '2'], unit: null })).toThrow('final_answer');
});

test.each([
  ['025', '025'],
  [25, '025'],
  ['204', '204'],
])('the AIME answer %j is the reference %s', (answer, reference) => {
  const url = 'https://example.org/2024_AIME_II_Problems/Problem_1';
  expect(parse(aime24, { id: 60, problem: 'p', answer, url })).toMatchObject({
    id: '60',
    reference,
    meta: { contest: 'AIME II' },
  });
});

test.each([
  [{ problem: 'p', answer: 27.0 }, '27'],
  [{ question: 'p', answer: '27.0' }, '27'],
  [{ question: 'p', answer: '-1' }, '-1'],
])('the AMC record %j has the reference %s', (record, reference) => {
  expect(parse(amc23, { id: 3, ...record })).toMatchObject({ id: '3', problem: 'p', reference });
});

test('an AMC record without a question, or with an answer that is no number, is refused', () => {
  expect(() => parse(amc23, { id: 3, answer: 27 })).toThrow('neither problem nor question');
  expect(() => parse(amc23, { id: 3, problem: 'p', answer: 'B' })).toThrow('answer');
});
