import { createRandom } from '@scalequest/core';
import { describe, expect, it } from 'vitest';
import { drawStory } from './draw-story.ts';
import { outlineWordProblem } from './outline-word-problem.ts';
import { generateSeedQuestions, wordProblems } from './word-problems.ts';

describe('outlineWordProblem', () => {
  it('is the same for a problem with other people, things and verbs', () => {
    const one =
      'Tom has 3 apples. Tom eats 1 apple. Mia has twice as many apples as Tom. How many apples does Mia have?';
    const other =
      'Zoe has 3 stamps. Zoe sells 1 stamp. Leo has twice as many stamps as Zoe. How many stamps does Leo have?';
    expect(outlineWordProblem(one)).toBe(outlineWordProblem(other));
  });

  it('is another one where a number, a person or a sentence differs', () => {
    const text = 'Tom has 3 apples. Mia has 4 more apples than Tom. How many apples does Mia have?';
    const others = [
      'Tom has 4 apples. Mia has 4 more apples than Tom. How many apples does Mia have?',
      'Tom has 3 apples. Mia has 4 more apples than Tom. How many apples does Tom have?',
      'Tom has 3 apples. Mia has 4 fewer apples than Tom. How many apples does Mia have?',
      'Tom has 3 apples. Tom finds 4 more apples. How many apples does Tom have now?',
    ];
    expect(new Set([text, ...others].map(outlineWordProblem)).size).toBe(5);
  });

  it('tells stories apart just as their structure and numbers do', () => {
    const byParameters = new Map<string, Set<string>>();
    const outlines = new Set<string>();
    for (let i = 0; i < 3000; i++) {
      const { parameters, problem } = drawStory(createRandom(`outline/${i}`), { steps: 1 + (i % 2) });
      const key = JSON.stringify(parameters);
      byParameters.set(key, (byParameters.get(key) ?? new Set()).add(outlineWordProblem(problem)));
      outlines.add(outlineWordProblem(problem));
    }
    expect([...byParameters.values()].filter(({ size }) => size > 1)).toEqual([]);
    expect(outlines.size).toBe(byParameters.size);
    // Else nothing would have been compared.
    expect(byParameters.size).toBeLessThan(3000);
  });

  it('finds no seed question among the held-out problems', () => {
    const heldOut = new Set(
      wordProblems.generate({ seed: 0, count: 1000 }).map(({ problem }) => outlineWordProblem(problem)),
    );
    expect(heldOut.size).toBe(1000);
    const seeds = generateSeedQuestions({ seed: 5, count: 1000 });
    expect(seeds.filter(({ question }) => heldOut.has(outlineWordProblem(question)))).toEqual([]);
  });
});
