import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { compareQuestions, splitTokens } from './compare-questions.ts';
import { isEnglish } from './is-english.ts';
import { normaliseText } from './normalise-text.ts';

const questions = [
  'Find the value of $x^2 + 3x - 5 = 0$ if \\frac{1}{2} of $1,000 is paid for $5 and $3 each.',
  'If \\[ f(x) = \\left(\\text{miles per hour}\\right) \\] then $\\dfrac{a}{b}$ is 3:2 or n!',
  'Let \\begin{align*} a &= b + 1 \\\\ c &= 2 \\end{align*} Is "a" a two-digit number -- or not? Écoutez, π ≈ 3.14.',
];

test('neither case nor white space matters, nor how a formula is set', () => {
  for (const question of questions) {
    const { text, masked } = normaliseText(question);
    for (const same of [
      question.toUpperCase().replaceAll(/\\[A-Z]+/g, (command) => command.toLowerCase()),
      question.replaceAll(' ', ' \n\t '),
      `  ${question}  `,
      question.replaceAll(/(?<=[=+]) /g, ''),
    ]) {
      expect(normaliseText(same)).toEqual({ text, masked });
    }
  }
  const same = (a: string, b: string): void => expect(normaliseText(a)).toEqual(normaliseText(b));
  same('$\\dfrac12 \\leq x$', '\\( \\frac12 \\le x \\)');
  same('It costs $1,000.', 'it costs $1000');
  same('$10{,}000$ km²', '10000 km^2');
  same('Find $\\left( x \\right)$.', 'find $(x)$');
  same('“Who” won?', '"who" won');
});

test('what no eye sees makes no other text: marks of layout, letters that look the same, braces around one thing', () => {
  const same = (a: string, b: string): void => expect(normaliseText(a)).toEqual(normaliseText(b));
  same('Find the value of x.', 'Fi\u200dnd\u200e the\u2060 va\u00adlue of\ufe0f x.');
  same('Find the value of x.', 'Find the v\u0430lu\u0435 \u043ef x.');
  same('Find 30 of x + 5.', 'Ｆｉｎｄ ３０ of x ＋ ５.');
  same('$\\frac{1}{2} + x^{2} - a_{1}$', '$\\dfrac12 + x^2 - a_1$');
  same('$\\frac 1 2 \\sqrt{3}$', '\\(\\frac12 \\sqrt3\\)');
  const other = (a: string, b: string): void => expect(normaliseText(a).text).not.toBe(normaliseText(b).text);
  other('$\\frac{12}{5}$', '$\\frac125$');
  other('$x^{2}3$', '$x^{23}$');
  other('$x^{-1}$', '$x - 1$');
  other('the set {5}', 'the set 5');
});

test('how to answer is no part of a question, unless it is all of it', () => {
  const question = 'How old is Tom?';
  for (const said of [
    'Please reason step by step, and put your final answer within \\boxed{}.',
    "Let's think step by step.",
    'Solve it step-by-step and write the final answer inside $\\boxed{}$.',
  ]) {
    expect(normaliseText(`${question} ${said}`)).toEqual(normaliseText(question));
    expect(normaliseText(`${said}\n${question}`)).toEqual(normaliseText(question));
    expect(normaliseText(said).text).not.toBe('');
  }
  expect(normaliseText('How many steps of 2 are on a staircase of 12?').text).toContain('steps');
});

test('signs, brackets and numbers do matter', () => {
  const other = (a: string, b: string): void => expect(normaliseText(a).text).not.toBe(normaliseText(b).text);
  other('$x+2$', '$x-2$');
  other('$[0,1)$', '$[0,1]$');
  other('$n!$', '$n$');
  other('x is 1.5', 'x is 15');
  other('$\\sin x$', '$\\cos x$');
  expect(normaliseText('Buy 3 or twelve pens for $4.50').masked).toBe(
    normaliseText('Buy 7 or ten pens for $12').masked,
  );
});

test('a price is no formula', () => {
  expect(normaliseText('He pays $5 for the pens and $6 for ink.').text.split(' ')).toContain('pens');
  expect(isEnglish('He pays $5 por los lapices y tambien $6 por el papel de la tienda.', () => 'es')).toBe(false);
});

test('no text throws, and long ones take their length in time', () => {
  const random = createRandom('texts');
  const pieces = [
    '$',
    '$$',
    '\\(',
    '\\[',
    '\\]',
    '{',
    '}',
    '\\text{',
    '\\begin{align}',
    'a',
    ' ',
    '1',
    ',000',
    '.',
    '-',
    'é',
    '漢',
  ];
  const said = ['reason a  ', ' step by step', 'please put your final answer in ', '\\boxed{ ', '\\frac', '\u200b'];
  const alphabet = [
    ...pieces,
    ...said,
    '\ud800',
    '\u001f',
    '\0',
    '²',
    '½',
    '[asy]',
    '\\',
    'the ',
    "'",
    '\\end{align}',
  ] as const;
  for (let round = 0; round < 300; round++) {
    let text = '';
    for (let length = random.integer({ min: 0, max: 60 }); length > 0; length--) {
      text += alphabet[random.integer({ min: 0, max: alphabet.length - 1 })];
    }
    const { text: normal } = normaliseText(text);
    const tokens = splitTokens(normal);
    expect(compareQuestions(tokens, tokens)).toEqual({ resemblance: 'reworded', edits: 0 });
    expect(typeof isEnglish(text, () => 'en')).toBe('boolean');
  }
  for (const piece of alphabet) {
    const long = piece.repeat(20_000);
    expect(normaliseText(long).text.length).toBeLessThan(50 * long.length + 50);
    expect(typeof isEnglish(long, () => 'en')).toBe('boolean');
  }
});
