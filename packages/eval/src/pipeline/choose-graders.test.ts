import { describe, expect, test } from 'vitest';
import { type ChosenGraders, chooseGraders, type GraderChoice } from './choose-graders.ts';

const nobody = { verify: () => Promise.reject(new Error('asked')), check: () => Promise.reject(new Error('asked')) };

function choose(choice: GraderChoice): { readonly labels: readonly string[]; readonly headline: string } {
  const { graders, headline }: ChosenGraders = chooseGraders(choice, { verifier: nobody, sandbox: nobody });
  return { labels: graders.map(({ label }) => label), headline };
}

describe('graders of programs', () => {
  test("are by default the protocol's and our own, and the protocol's makes the headline", () => {
    expect(choose({ protocol: 'ours', tests: 'base' })).toEqual({ labels: ['tests@1'], headline: 'tests@1' });
    expect(choose({ protocol: 'tests', tests: 'base' })).toEqual({ labels: ['tests@1'], headline: 'tests@1' });
    expect(choose({ protocol: 'evalplus', tests: 'base' })).toEqual({
      labels: ['evalplus@1', 'tests@1'],
      headline: 'evalplus@1',
    });
  });

  test('judge by the plus tests as well where there are some', () => {
    expect(choose({ protocol: 'evalplus', tests: 'plus' })).toEqual({
      labels: ['evalplus-plus@1', 'evalplus@1', 'tests-plus@1', 'tests@1'],
      headline: 'evalplus-plus@1',
    });
    expect(choose({ protocol: 'completion', tests: 'plus' }).headline).toBe('completion@1');
  });

  test("'all' are those that the benchmark has tests for", () => {
    const base = choose({ protocol: 'tests', tests: 'base', names: ['all'] }).labels;
    expect(base.slice(0, 3)).toEqual(['tests@1', 'completion@1', 'evalplus@1']);
    expect(base.filter((label) => label.includes('plus@') && label !== 'evalplus@1')).toEqual([]);
    expect(choose({ protocol: 'tests', tests: 'plus', names: ['all'] }).labels).toContain('tests-plus@1');
    expect(choose({ protocol: 'ours', names: ['all'] }).labels).not.toContain('tests@1');
  });

  test("'ours' is our own of them", () => {
    expect(choose({ protocol: 'evalplus', tests: 'base', names: ['ours'] }).labels).toEqual(['tests@1']);
  });

  test('one that is named makes the headline', () => {
    expect(choose({ protocol: 'tests', tests: 'base', names: ['completion'] }).headline).toBe('completion@1');
    expect(choose({ protocol: 'tests', tests: 'base', headline: 'evalplus@1' })).toEqual({
      labels: ['tests@1', 'evalplus@1'],
      headline: 'evalplus@1',
    });
  });
});

describe('a grader that does not fit the benchmark is refused with those that do', () => {
  const misfit = { code: 'GRADER_NOT_FOR_BENCHMARK', kind: 'request' };

  test('one that compares answers, on programs', () => {
    expect(() => choose({ protocol: 'tests', tests: 'base', names: ['dart'] })).toThrow(
      expect.objectContaining({
        ...misfit,
        message: expect.stringMatching(/compares answers.*tests@1, completion@1/s),
      }),
    );
  });

  test('one that runs programs, on answers', () => {
    expect(() => choose({ protocol: 'ours', headline: 'tests' })).toThrow(
      expect.objectContaining({ ...misfit, message: expect.stringMatching(/runs programs.*ours@/s) }),
    );
  });

  test('one with plus tests, where there are none', () => {
    expect(() => choose({ protocol: 'tests', tests: 'base', names: ['tests-plus'] })).toThrow(
      expect.objectContaining({ ...misfit, message: expect.stringMatching(/no plus tests/) }),
    );
  });

  test('a name that nobody has', () => {
    expect(() => choose({ protocol: 'tests', tests: 'base', names: ['test'] })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_GRADER', message: expect.stringContaining("'test' is not known") }),
    );
  });
});
