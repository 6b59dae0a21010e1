import type { Problem } from '@scalequest/datasets';
import { describe, expect, test } from 'vitest';
import { findProtocol } from './find-protocol.ts';
import { findTemplate } from './find-template.ts';
import { type Protocol, type ProtocolChoices, resolveProtocol } from './protocol.ts';
import { createPromptRenderer, renderPrompt } from './render-prompt.ts';
import { scalequest1 } from './scalequest-1.ts';
import { identifyShots } from './shots/shots.ts';

const problem: Problem = { id: '0', problem: 'What is 1 + 1?', reference: '2', meta: {} };
const texts = identifyShots(
  'file',
  Array.from({ length: 8 }, (_, index) => ({ problem: `What is ${index}?`, solution: `It is ${index}.` })),
);

function render(protocol: Protocol, choices: ProtocolChoices = {}, asked: Problem = problem, position = 0): string {
  const prompt = createPromptRenderer(resolveProtocol(protocol, choices))(asked, position);
  return prompt.kind === 'completion'
    ? prompt.text
    : prompt.messages.map(({ role, content }) => `[${role}]${content}`).join('');
}

test('the problem goes in as it is, whatever it holds', () => {
  const text = 'Find $& or $1 in {problem} and \\frac{1}{2}, {solution}.';
  const prompt = renderPrompt({ ...scalequest1, prompt: { kind: 'completion', template: 'Q: {problem}\nA:' } }, text);
  expect(prompt).toEqual({ kind: 'completion', text: `Q: ${text}\nA:` });
});

test('a chat prompt keeps its turns', () => {
  const prompt = renderPrompt(scalequest1, '1 + 1?');
  expect(prompt.kind === 'chat' && prompt.messages.map(({ role }) => role)).toEqual(['user']);
  expect(prompt.kind === 'chat' && prompt.messages[0]?.content.startsWith('1 + 1?\n\n')).toBe(true);
});

describe('a template writes the turns as raw text', () => {
  const dart = findProtocol('dart@1');
  const boxed = 'Please reason step by step, and put your final answer within \\boxed{}.';

  test.each([
    [
      'alpaca',
      'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\nWhat is 1 + 1?\n\n### Response:\n',
    ],
    // No space at the end, though the marker has one: it belongs to the first word of the reply.
    ['scalequest-dsmath', `User: What is 1 + 1?\n${boxed}\n\nAssistant:`],
    [
      'scalequest-qwen2math',
      `<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nWhat is 1 + 1?\n${boxed}<|im_end|>\n<|im_start|>assistant\n`,
    ],
    [
      'qwen25-math-cot',
      `<|im_start|>system\n${boxed}<|im_end|>\n<|im_start|>user\nWhat is 1 + 1?<|im_end|>\n<|im_start|>assistant\n`,
    ],
    [
      'llama3-math',
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nYou are a helpful agent on solving math problems.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhat is 1 + 1?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
  ])('%s', (name, text) => {
    expect(render(dart, { template: findTemplate(name) })).toBe(text);
  });

  test('the templates of Mistral and Llama 3 students are alpaca', () => {
    for (const name of ['scalequest-mistral', 'scalequest-llama3']) {
      expect(render(dart, { template: findTemplate(name) })).toBe(render(dart));
    }
  });

  test('its sentence stays out where the protocol asks in its own words', () => {
    const text = render(scalequest1, { template: findTemplate('scalequest-dsmath') });
    expect(text).toMatch(/^User: What is 1 \+ 1\?\n\nSolve this .*\\boxed\{\}\.\n\nAssistant:$/);
  });

  test('a system turn of the protocol stands in place of its own', () => {
    const text = render(findProtocol('simple-evals@1'), { template: findTemplate('qwen25-math-cot') });
    expect(text).toMatch(/^<\|im_start\|>system\nYou are a helpful assistant\.<\|im_end\|>\n<\|im_start\|>user\nSolve/);
  });

  test('the reply begins with the prefill', () => {
    expect(render({ ...dart, prefill: 'The answer is' })).toMatch(/### Response:\nThe answer is$/);
  });

  test('examples are earlier turns, asked like the question', () => {
    const text = render(dart, { template: findTemplate('deepseekmath'), shots: texts, shotsCount: 1 });
    expect(text).toBe(
      `User: What is 0?\n${boxed}\n\nAssistant: It is 0.<｜end▁of▁sentence｜>User: What is 1 + 1?\n${boxed}\n\nAssistant:`,
    );
  });
});

describe('the examples of lm-eval@1', () => {
  const lmEval = findProtocol('lm-eval@1');

  test('stand before the question, drawn by its position', () => {
    const choices = { benchmark: 'gsm8k', shots: texts };
    // random.Random(1234).sample(range(8), 5), called twice, in Python.
    const first = 'Question: What is 7?\nAnswer: It is 7.\n\n';
    expect(render(lmEval, choices).startsWith(first)).toBe(true);
    expect(render(lmEval, choices).endsWith('\n\nQuestion: What is 1 + 1?\nAnswer:')).toBe(true);
    expect(render(lmEval, choices).split('Question:')).toHaveLength(7);
    expect(render(lmEval, choices, problem, 1)).not.toBe(render(lmEval, choices));
  });

  test('are the first four for minerva_math', () => {
    const text = render(lmEval, { variant: 'minerva_math', shots: texts });
    expect(text.startsWith('Problem:\nWhat is 0?\n\nSolution: It is 0.\n\nProblem:\nWhat is 1?')).toBe(true);
    expect(text.endsWith('Solution: It is 3.\n\nProblem:\nWhat is 1 + 1?\n\nSolution:')).toBe(true);
  });

  test('are none for hendrycks_math, and none where none are asked for', () => {
    expect(render(lmEval, { benchmark: 'math' })).toBe('Problem: What is 1 + 1?\nAnswer:');
    expect(render(lmEval, { benchmark: 'gsm8k', shotsCount: 0 })).toBe('Question: What is 1 + 1?\nAnswer:');
  });

  test('are missed before the first problem is asked', () => {
    const resolved = resolveProtocol(lmEval, { benchmark: 'gsm8k' });
    expect(() => createPromptRenderer(resolved)).toThrow(expect.objectContaining({ code: 'NO_SHOTS' }));
  });
});

describe('an instruction that depends on the problem', () => {
  const ask = (meta: Problem['meta']): string =>
    render(findProtocol('dart@1'), { benchmark: 'olympiadbench' }, { ...problem, meta });

  test.each([
    [
      { answerType: 'Numerical', answers: 'one', unit: null },
      [
        'The answer of The problem should be a numerical value. Please',
        '\\boxed{answer}." and give the result explicitly.\n',
      ],
    ],
    [
      { answerType: 'Expression', answers: 'several', unit: null },
      ['each of them should be an expression. Please', '\\boxed{multiple answers connected with commas}."'],
    ],
    [{ answerType: 'Tuple', answers: 'one', unit: null }, ['competition. Please calculate']],
    [
      { answerType: 'Interval', answers: 'one', unit: 'km' },
      [
        '\\boxed{answer}(unit)."',
        'explicitly, note that the unit of the answer should not be included in \\boxed{}.\n',
      ],
    ],
  ])('names the kind of answer: %o', (meta, parts) => {
    for (const part of parts) expect(ask(meta)).toContain(part);
  });

  test('is refused for a problem of another benchmark', () => {
    expect(() => ask({ level: 3 })).toThrow(expect.objectContaining({ code: 'NO_CASE' }));
  });

  test.each([
    ['Yes', ' (Yes or No)'],
    ['$no$.', ' (Yes or No)'],
    ['TRUE', ' (True or False)'],
    ['yes, 3', ''],
    ['2', ''],
  ])('qwen25@1 says what a question is answered with: %s', (reference, choice) => {
    const text = render(findProtocol('qwen25@1'), {}, { ...problem, problem: ' Is it? ', reference });
    expect(text).toContain(choice === '' ? 'user\nIs it?<|im_end|>' : `user\nIs it? ${choice}<|im_end|>`);
  });
});

describe('the tests of a problem', () => {
  const tests = ['assert f(1) == 1', 'assert f(2) == 4'];
  const task: Problem = { ...problem, meta: { tests } };
  const shown = identifyShots('benchmark', [
    { problem: 'skipped', solution: '0', tests: [] },
    { problem: 'Cube it.', solution: 'def g(x): ...', tests: ['assert g(1) == 1'] },
    { problem: 'Halve it.', solution: 'def h(x): ...', tests: [] },
    { problem: 'Double it.', solution: 'def d(x): ...', tests: [] },
  ]);

  test('stand where the protocol shows them, each on a line', () => {
    expect(render(scalequest1, { benchmark: 'mbpp' }, task)).toContain(
      '```python\nassert f(1) == 1\nassert f(2) == 4\n```',
    );
  });

  test('stand one by one where a source takes the first three, and the examples show theirs', () => {
    const text = render(findProtocol('lm-eval@1'), { benchmark: 'mbpp', shots: shown }, task);
    expect(text).toMatch(
      /^You are .*: Cube it\. .*:\n\nassert g\(1\) == 1\n\n\n\[BEGIN\]\ndef g\(x\): \.\.\.\n\[DONE\]\n\n/,
    );
    expect(text).toMatch(/What is 1 \+ 1\? .*:\n\nassert f\(1\) == 1\nassert f\(2\) == 4\n\n\[BEGIN\]\n$/);
    expect(text).not.toContain('skipped');
  });

  test('are missed where a problem has none', () => {
    expect(() => render(scalequest1, { benchmark: 'mbpp' })).toThrow(expect.objectContaining({ code: 'NO_CASE' }));
  });
});

describe('a reply that is begun', () => {
  const asked = { ...problem, problem: '\ndef f(x):\n    """Square."""\n' };

  test('by evalplus@1, with its sentence and a fence', () => {
    const text = render(findProtocol('evalplus@1'), { benchmark: 'humaneval' }, asked);
    expect(text).toMatch(/^<\|im_start\|>user\nPlease .*:\n```\ndef f\(x\):\n {4}"""Square."""\n```\n<\|im_end\|>\n/);
    expect(text).toMatch(/tests:\n```python\n$/);
  });

  test('by qwen25-coder-evalplus@1, with a fence', () => {
    const text = render(findProtocol('qwen25-coder-evalplus@1'), { benchmark: 'humaneval' }, asked);
    expect(text).toMatch(
      /function\?\n```python\ndef f\(x\):\n {4}"""Square."""\n```\n<\|im_end\|>\n<\|im_start\|>assistant\n```python\n$/,
    );
  });

  test('by lm-eval@1:humaneval_instruct, with the problem again', () => {
    const text = render(findProtocol('lm-eval@1'), { variant: 'humaneval_instruct' }, asked);
    expect(text.split(asked.problem)).toHaveLength(3);
  });

  test('by nobody where a chat server is asked', () => {
    const text = render(findProtocol('evalplus@1'), { variant: 'openai' }, asked);
    expect(text).toMatch(/^\[user\]Please .*:\n```python\ndef f\(x\):\n {4}"""Square."""\n```$/);
  });
});

test('examples in a chat are turns, or stand before the question', () => {
  const shots = { count: 1, source: { kind: 'file' }, choice: { kind: 'first' } } as const;
  const protocol: Protocol = {
    ...scalequest1,
    prompt: { kind: 'chat', messages: [{ role: 'user', content: 'Q: {problem}' }] },
    shots: { ...shots, layout: { kind: 'turns' } },
  };
  expect(render(protocol, { shots: texts })).toBe('[user]Q: What is 0?[assistant]It is 0.[user]Q: What is 1 + 1?');
  const layout = { kind: 'text', template: '{problem} {solution}', separator: '\n' } as const;
  expect(render({ ...protocol, shots: { ...shots, layout } }, { shots: texts })).toBe(
    '[user]What is 0? It is 0.\nQ: What is 1 + 1?',
  );
});
