import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDraw } from './__fixtures__/create-draw.ts';
import { compareFormulas, compileFormula, type Formula, printInfix } from './__fixtures__/independent-evaluator.ts';
import { readAnswerCases, readCases } from './__fixtures__/read-cases.ts';
import { readLatex } from './__fixtures__/read-latex.ts';
import { add, div, fn, mul, neg, num, pow, sub } from './expression/__fixtures__/build-expression.ts';
import { randomExpression } from './expression/ball/__fixtures__/random-expression.ts';
import type { Expression } from './expression/expression.ts';
import { listChildren } from './expression/list-children.ts';
import { mapChildren } from './expression/map-children.ts';
import { parseExpression } from './expression/parse-expression.ts';
import { printExpression } from './expression/print-expression.ts';
import { Fuel } from './fuel.ts';
import { normalizeText } from './text/normalize-text.ts';
import type { Verdict } from './types.ts';
import { verifyAnswer } from './verify-answer.ts';

/** mathjs, which shares no code with the engine, evaluates what the engine decides. Doubles only ever contradict. */
const runs = { numRuns: 1000, seed: 20_250_701 };

const read = (text: string): Formula | null => compileFormula(readLatex(text));

/** By the verifier's own parser, for what the independent reading does not reach. */
function readTree(text: string): Formula | null {
  const tree = parseExpression(normalizeText(text), new Fuel(1_000_000));
  return tree === null ? null : compileFormula(printInfix(tree));
}

test('what the cases say the parser reads has the value of the text that it read', () => {
  const rows = readCases<{ text: string; expect: string | null }>('expressions.jsonl').filter(
    (row) => row.expect !== null,
  );
  const wrong: string[] = [];
  const unread: string[] = [];
  for (const { text, expect: printed } of rows) {
    const a = read(text);
    const b = read(printed as string);
    if (a === null || b === null) unread.push(`${text}   ${printed}`);
    else if (compareFormulas(a, b, text) === 'other') wrong.push(`${text}   ${printed}`);
  }
  expect(wrong).toEqual([]);
  // The others are in notations that the independent reading leaves alone.
  expect(unread.length).toBeLessThan(115);
});

/** What doubles cannot hold, and a degree sign on one side alone, which a policy may leave out. */
function isBeyond(reference: string, candidate: string): boolean {
  const hasDegrees = (text: string): boolean => /circ|degree|°/.test(text);
  return /\d{15}|\^\{?\d\d\d/.test(reference + candidate) || hasDegrees(reference) !== hasDegrees(candidate);
}

test('no case of two scalars is contradicted, read with and without the parser of the verifier', () => {
  const wrong: string[] = [];
  let count = 0;
  for (const { reference, candidate, verdict, capability } of readAnswerCases()) {
    // The letter of a choice is no variable.
    if (capability === 'choices') continue;
    for (const way of [read, readTree]) {
      const [a, b] = [way(reference), way(candidate)];
      if (a === null || b === null || verdict === 'undecided' || isBeyond(reference, candidate)) continue;
      // Other names may stand for the same: a unit, an arbitrary constant, a parameter.
      if (verdict === 'equal' && a.names.join() !== b.names.join()) continue;
      const relation = compareFormulas(a, b, reference);
      count++;
      if (relation === (verdict === 'equal' ? 'other' : 'same'))
        wrong.push(`${way.name} ${verdict}: ${reference}   ${candidate}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(400);
});

const [two, seven] = [num(2), num(7)];

/** Ways to write the same thing at the root of a tree; what is undefined may become defined, or the other way round. */
const rewrites: readonly ((part: Expression) => Expression)[] = [
  (part) => mul(part, 1),
  (part) => neg(neg(part)),
  (part) => div(mul(part, seven), seven),
  (part) => sub(mul(part, two), part),
  (part) => add(div(part, two), div(part, two)),
  (part) => sub(add(part, 'z'), 'z'),
  (part) => (part.kind === 'sum' ? { ...part, terms: [...part.terms].reverse() } : add(part, 0)),
  (part) => (part.kind === 'product' ? { ...part, factors: [...part.factors].reverse() } : mul(1, part)),
  (part) => (part.kind === 'quotient' ? mul(part.numerator, pow(part.denominator, -1)) : part),
  (part) =>
    part.kind === 'function' && part.name === 'tan' ? div(fn('sin', part.argument), fn('cos', part.argument)) : part,
  (part) => (part.kind === 'function' && part.name === 'exp' ? pow('e', part.argument) : part),
  (part) => (part.kind === 'root' && part.index === 2 ? pow(part.radicand, num(1, 2)) : part),
  (part) => (part.kind === 'negation' ? mul(-1, part.operand) : part),
];

/** Writes every part of a tree in another way, here and there, as the numbers say. */
function rewrite(part: Expression, draw: () => number): Expression {
  const inner = mapChildren(part, (child) => rewrite(child, draw));
  const change = draw() < 0.3 ? rewrites[Math.floor(draw() * rewrites.length)] : undefined;
  return change === undefined ? inner : change(inner);
}

/** The same tree with one of its numbers or letters changed. */
function alter(part: Expression, draw: () => number): Expression {
  if (part.kind === 'rational')
    return num(part.value.numerator + BigInt(1 + Math.floor(draw() * 3)), part.value.denominator);
  if (part.kind === 'symbol') return { kind: 'symbol', name: part.name === 'x' ? 'z' : 'x' };
  const children = listChildren(part);
  if (children.length === 0) return add(part, 1);
  const chosen = children[Math.floor(draw() * children.length)];
  return mapChildren(part, (child) => (child === chosen ? alter(child, draw) : child));
}

interface Judged {
  readonly verdict: Verdict;
  readonly relation: 'same' | 'other' | 'unclear';
  readonly text: string;
}

/** The engine on the printed texts, and mathjs on the trees. Null where mathjs cannot evaluate one. */
function judge(a: Expression, b: Expression): Judged | null {
  const texts = { reference: printExpression(a), candidate: printExpression(b) };
  const [formulaA, formulaB] = [compileFormula(printInfix(a)), compileFormula(printInfix(b))];
  if (formulaA === null || formulaB === null || texts.reference.length + texts.candidate.length > 600) return null;
  const relation = compareFormulas(formulaA, formulaB, texts.reference);
  return { verdict: verifyAnswer(texts).verdict, relation, text: `${texts.reference}   ${texts.candidate}` };
}

test.each([
  ['two random expressions', (_: Expression, other: Expression): Expression => other],
  [
    'an expression written in another way',
    (part: Expression, _: Expression, draw: () => number): Expression => rewrite(part, draw),
  ],
  [
    'an expression with one number or letter changed',
    (part: Expression, _: Expression, draw: () => number): Expression => alter(part, draw),
  ],
] as const)('%s: no verdict is contradicted by their values', (name, change) => {
  const counts = { equal: 0, different: 0, undecided: 0 };
  fc.assert(
    fc.property(randomExpression, randomExpression, fc.string({ minLength: 4, maxLength: 4 }), (part, other, seed) => {
      const judged = judge(part, change(part, other, createDraw(seed)));
      if (judged === null) return;
      counts[judged.verdict]++;
      const isRewritten = name.includes('another way');
      if (judged.verdict === 'equal') expect(judged.relation, judged.text).not.toBe('other');
      if (judged.verdict === 'different' && isRewritten) expect(judged.relation, judged.text).toBe('other');
    }),
    runs,
  );
  const decided = counts.equal + counts.different;
  expect(decided / (decided + counts.undecided), JSON.stringify(counts)).toBeGreaterThan(0.2);
});
