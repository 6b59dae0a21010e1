import { expect, test } from 'vitest';
import { readCases } from '../__fixtures__/read-cases.ts';
import { verifyReply } from '../verify-reply.ts';
import { extractAnswer } from './extract-answer.ts';

interface Case {
  readonly reply: string;
  readonly answer: string | null;
  /** The rule that found it, or the status where nothing was found. */
  readonly rule: string;
  readonly source: string;
}

const cases = readCases<Case>('replies.jsonl');

test('every row of cases/replies.jsonl gives its answer by its rule', () => {
  const failures = cases.flatMap((row) => {
    const extraction = extractAnswer(row.reply);
    const isFound = extraction.status === 'found';
    const seen = { answer: isFound ? extraction.answer : null, rule: isFound ? extraction.rule : extraction.status };
    return seen.answer === row.answer && seen.rule === row.rule ? [] : [{ ...row, seen }];
  });
  expect(failures).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(300);
});

test('the span is that of the original reply, also behind thinking', () => {
  const reply = '<think>\\boxed{1}</think>So it is $\\boxed{ 22 }$.';
  expect(extractAnswer(reply)).toEqual({ status: 'found', answer: '22', rule: 'boxed', start: 42, end: 44 });
  expect(reply.slice(42, 44)).toBe('22');
});

test('a reply that stops in its thinking or its box is truncated, and undecided for that reason', () => {
  for (const reply of ['<think>It is \\boxed{5}', 'It is \\boxed{5']) {
    expect(verifyReply({ reference: '5', reply })).toMatchObject({
      verdict: 'undecided',
      reason: 'truncated',
      extraction: { status: 'truncated' },
    });
  }
});

test('a reply without an answer is undecided for that reason', () => {
  expect(verifyReply({ reference: '5', reply: 'I do not know.' })).toMatchObject({
    verdict: 'undecided',
    reason: 'no-answer',
    extraction: { status: 'no-answer' },
  });
});

test('the reference takes no part in the choice of the answer', () => {
  const reply = 'It is \\boxed{3} or rather \\boxed{4}.';
  const [right, wrong] = ['4', '3'].map((reference) => verifyReply({ reference, reply }));
  expect(right?.extraction).toEqual(wrong?.extraction);
  expect([right?.verdict, wrong?.verdict]).toEqual(['equal', 'different']);
});

test('in the mode for answers the whole text is the answer, without its thinking', () => {
  const reply = '<think>\\boxed{1}</think> x = 5 or x = 6';
  expect(extractAnswer(reply, { mode: 'answer' })).toMatchObject({ answer: 'x = 5 or x = 6', rule: 'whole-reply' });
  expect(verifyReply({ reference: '12', reply: '12', mode: 'answer' }).verdict).toBe('equal');
  expect(extractAnswer(' ', { mode: 'answer' })).toEqual({ status: 'no-answer' });
});

test('the example of the documentation holds', () => {
  expect(extractAnswer('Adding both gives $3 + 4 = 7$, so the result is $\\boxed{7}$.')).toEqual({
    status: 'found',
    answer: '7',
    rule: 'boxed',
    start: 56,
    end: 57,
  });
});
