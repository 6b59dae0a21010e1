import { createRandom } from '@scalequest/core';
import { describe, expect, test } from 'vitest';
import { classifyAnswers } from './classify-answers.ts';
import { findFinalAnswer, hasAnswerPhrase } from './find-final-answer.ts';
import { readLabelledSection, readMarkedSection } from './read-marked-section.ts';
import { readProgram } from './read-program.ts';
import { readTests } from './read-tests.ts';

describe('a marked section', () => {
  const mark = 'final_question';
  test.each<readonly [string, string]>([
    ['<final_question>What is 1 + 1?</final_question>', 'What is 1 + 1?'],
    ['I looked.\n<final_question>\nWhat is 1 + 1?\n</final_question>\n', 'What is 1 + 1?'],
    ['<think>hm <final_question>a</final_question></think><final_question>b?</final_question>', 'b?'],
    ['<final_question>**What is 1 + 1?**</final_question>', 'What is 1 + 1?'],
    ['<final_question>"What is 1 + 1?"</final_question>', 'What is 1 + 1?'],
    ['<final_question>**Question:** What is 1 + 1?</final_question>', 'What is 1 + 1?'],
    ['<final_question>Rewritten problem: What is 1 + 1?</final_question>', 'What is 1 + 1?'],
    ['<final_question>```text\nWhat is 1 + 1?\n```</final_question>', 'What is 1 + 1?'],
    ['<final_question>What is 1 + 1?\n\nAnswer: 2</final_question>', 'What is 1 + 1?'],
    ['<final_question>What is 1 + 1?\n**Final answer: 2**</final_question>', 'What is 1 + 1?'],
    ['<final_question>Is **x** or **y** larger?</final_question>', 'Is **x** or **y** larger?'],
    ['<final_question>Who said "one" and "two"?</final_question>', 'Who said "one" and "two"?'],
  ])('%j holds %j', (reply, text) => {
    expect(readMarkedSection(reply, mark)).toEqual({ text });
  });

  test.each<readonly [string, 'broken' | 'refused']>([
    ['What is 1 + 1?', 'broken'],
    ['<final_question>What is 1 + 1?', 'broken'],
    ['What is 1 + 1?</final_question>', 'broken'],
    ['</final_question>What?<final_question>', 'broken'],
    ['<final_question></final_question>', 'broken'],
    ['<final_question>a</final_question> and <final_question>b</final_question>', 'broken'],
    ['<final_question>a</final_question> The answer is 2.', 'broken'],
    ['<final_question>Answer: 2</final_question>', 'broken'],
    ['<think>so <final_question>a</final_question>', 'broken'],
    ["I'm sorry, but I can't help with that.", 'refused'],
    ['I cannot rewrite this.', 'refused'],
  ])('%j is %s', (reply, problem) => {
    const cleaned = readMarkedSection(reply, mark);
    if (reply === '<final_question>Answer: 2</final_question>') expect(cleaned).toEqual({ text: 'Answer: 2' });
    else expect(cleaned).toEqual({ problem });
  });
});

describe('a labelled section', () => {
  test.each<readonly [string, string]>([
    ['SOLUTION: 2\n\nFINAL QUESTION: What is 1 + 1?', 'What is 1 + 1?'],
    ['**FINAL QUESTION:** What is 1 + 1?', 'What is 1 + 1?'],
    ['**FINAL QUESTION**: What is 1 + 1?', 'What is 1 + 1?'],
    ['### FINAL QUESTION\nWhat is 1 + 1?', 'What is 1 + 1?'],
    ['### Final question:\n\nWhat is 1 + 1?\n\n**Answer:** 2', 'What is 1 + 1?'],
    ['#Rewritten Problem#: What?\n#Finally Rewritten Problem#:\nWhat is 1 + 1?', 'What is 1 + 1?'],
    ['**#Finally Rewritten Problem#**\n"What is 1 + 1?"', 'What is 1 + 1?'],
    ['FINAL QUESTION: **What is 1 + 1?**', 'What is 1 + 1?'],
    ['FINAL QUESTION: What?\nOr rather:\nFINAL QUESTION: What is 1 + 1?', 'What is 1 + 1?'],
    ['<think>FINAL QUESTION: no</think>FINAL QUESTION: What is 1 + 1?', 'What is 1 + 1?'],
  ])('%j holds %j', (reply, text) => {
    expect(readLabelledSection(reply)).toEqual({ text });
  });

  test.each<readonly [string, 'broken' | 'refused']>([
    ['What is 1 + 1?', 'broken'],
    ['My final question is what 1 + 1 is.', 'broken'],
    ['FINAL QUESTION:\n', 'broken'],
    ['<think>FINAL QUESTION: What?', 'broken'],
    ["I'm sorry, but I can't help with that.", 'refused'],
  ])('%j is %s', (reply, problem) => {
    expect(readLabelledSection(reply)).toEqual({ problem });
  });
});

describe('a final answer', () => {
  test.each<readonly [string, string | null, boolean]>([
    ['So it is $\\boxed{\\frac12}$.', '\\frac12', false],
    ['The answer is 42.', '42', false],
    ['#### 72', '72', false],
    ['<think>It is \\boxed{3}</think>\nThe final answer is \\boxed{4}.', '4', false],
    ['I put the answer in a boxed part, as you asked.', null, false],
    ['The answer is boxed above.', 'boxed above', false],
    ['\\boxed{}', null, false],
    ['So we get 7 dollars in the end, I think.', null, false],
    ['\\boxed{it is not possible to say how many of them there are in the box}', null, false],
    ['\\boxed{ } and $\\boxed{\\boxed{}}$', null, false],
    ['So it is $\\boxed{\\boxed{5}}$.', '5', false],
    ['So \\boxed{5} or \\boxed{6}.', '5, 6', false],
    ['\\boxed{5 \\text{ dollars}}', '5 \\text{ dollars}', false],
    ['\\boxed{\\text{(B) } 5}', '\\text{(B) } 5', false],
    ['Which was to be shown. Q.E.D.', null, false],
    ['\\boxed{?}', null, false],
    ['答案是 \\boxed{5}。', '5', false],
    ['<think>\\boxed{7}</think>', null, false],
    ['It follows that \\boxed{12', null, true],
    ['<think>It may be 3 or', null, true],
    ['', null, false],
  ])('of %j is %j', (reply, answer, isCut) => {
    expect(findFinalAnswer(reply)).toEqual({ answer, isCut });
  });

  test('the phrase of the published code is a part of a text', () => {
    expect(hasAnswerPhrase('a boxed part')).toBe(true);
    expect(hasAnswerPhrase('The answer is 4')).toBe(true);
    expect(hasAnswerPhrase('It is 4')).toBe(false);
  });
});

describe('classes of answers', () => {
  test.each<readonly [readonly (string | null)[], readonly (readonly number[])[]]>([
    [
      ['1/2', '3', '0.5', '\\frac12'],
      [[0, 2, 3], [1]],
    ],
    [['7', null, '7.0', null], [[0, 2]]],
    [
      ['2', '1', '1', '2'],
      [
        [0, 3],
        [1, 2],
      ],
    ],
    [
      ['Monday', 'monday', '5'],
      [[0, 1], [2]],
    ],
    [[null, null], []],
    [['', '', '5', ''], [[2]]],
    // Units, letters of a choice and the dress of a number mean the same.
    [['5 dollars', '\\$5', '5\\text{ dollars}', '5'], [[0, 1, 2, 3]]],
    [
      ['A', '(A)', '\\text{A}', '(B)', 'x = 7', '7'],
      [[0, 1, 2], [4, 5], [3]],
    ],
    [[], []],
  ])('of %j are %j', (answers, classes) => {
    expect(classifyAnswers(answers)).toEqual(classes);
  });

  test('do not depend on the order of the answers', () => {
    const answers = ['1/2', '0.5', '50/100', '3', '9/3', '\\sqrt{9}', 'x+1', '1+x', '4', '(1,2)'];
    const name = (list: readonly string[]): string[] =>
      classifyAnswers(list)
        .map((one) =>
          one
            .map((place) => list[place])
            .sort()
            .join(' '),
        )
        .sort();
    const random = createRandom('orders');
    for (let round = 0; round < 20; round++) expect(name(random.shuffle(answers))).toEqual(name(answers));
  });
});

describe('a program', () => {
  test.each<readonly [string, string | undefined]>([
    ['Here:\n```python\ndef f():\n    return 1\n```\nDone.', 'def f():\n    return 1'],
    ['```\nx = 1\n```', 'x = 1'],
    ['```python\nx = 1\n```\nor better\n```py\nx = 2\n```', 'x = 2'],
    ['```python\nx = 1\n```\nIt prints\n```text\n1\n```', 'x = 1'],
    // In a list all lines stand further in: with these spaces it would be no program.
    ['1. So:\n  ```python\n  if x:\n    x = 1\n  ```', 'if x:\n  x = 1'],
    ['```{python}\nx = 1\n```', 'x = 1'],
    ['```python\r\nx = 1\r\n```\r\n', 'x = 1'],
    ['```bash\nls\n```', undefined],
    ['```python\nx = 1\n```\n```python\nx = ', undefined],
    ['```python\n\n```', undefined],
    ['def f(): return 1', undefined],
    ['<think>```python\nx = 1\n```', undefined],
  ])('of %j is %j', (reply, program) => {
    expect(readProgram(reply)).toBe(program);
  });

  test('of several blocks is the last that has what is wanted, where one has', () => {
    const reply = '```python\ndef f():\n    return 1\n```\nUse it so:\n```python\nprint(f())\n```';
    expect(readProgram(reply, /^def f\b/m)).toBe('def f():\n    return 1');
    expect(readProgram(reply, /^def g\b/m)).toBe('print(f())');
    expect(readProgram(reply)).toBe('print(f())');
  });

  test('tests have a signature, and enough asserts that call the function', () => {
    const tests = 'assert add(1, 2) == 3\nassert add(0, 0) == 0\nassert add(-1, 1) == 0';
    const reply = `<signature>def add(a, b):</signature>\n\`\`\`python\n${tests}\n\`\`\``;
    expect(readTests(reply, { leastAsserts: 3 })).toEqual({
      signature: 'def add(a, b):',
      entryPoint: 'add',
      tests,
      asserts: 3,
    });
    expect(readTests(reply, { leastAsserts: 4 })).toBe(undefined);
    expect(readTests(reply.replaceAll('assert add', 'assert sub'), { leastAsserts: 1 })).toBe(undefined);
    expect(readTests(reply.replace('assert add', 'def add(a, b): return 3\nassert add'), { leastAsserts: 1 })).toBe(
      undefined,
    );
    // Nobody calls a function of the tests: what it asserts is never looked at.
    expect(readTests(reply.replace('assert', 'def test_add():\n    assert'), { leastAsserts: 3 })).toBe(undefined);
    expect(readTests(`${reply}\n\`\`\`python\nprint('run them')\n\`\`\``, { leastAsserts: 3 })?.tests).toBe(tests);
    expect(readTests(`<think>${reply}</think>I would rather not.`, { leastAsserts: 1 })).toBe(undefined);
    expect(readTests(reply.replace('<signature>', ''), { leastAsserts: 1 })).toBe(undefined);
    expect(readTests(reply.replace('def add(a, b):', 'add(a, b)'), { leastAsserts: 1 })).toBe(undefined);
  });
});

test('no reader throws, whatever it is given', () => {
  const parts = [
    '```',
    'python',
    '\n',
    '<final_question>',
    '</final_question>',
    '<think>',
    '</think>',
    '\\boxed{',
    '}',
    'def f():',
    'assert f(',
    '<signature>',
    '**',
    '"',
    'Answer:',
    '5',
  ];
  const random = createRandom('replies');
  for (let round = 0; round < 2000; round++) {
    const reply = Array.from({ length: random.integer({ min: 0, max: 14 }) }, () =>
      random.pick(parts as [string, ...string[]]),
    ).join('');
    readMarkedSection(reply, 'final_question');
    readProgram(reply);
    readTests(reply, { leastAsserts: 1 });
    findFinalAnswer(reply);
  }
});
