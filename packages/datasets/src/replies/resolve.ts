import type { Problem } from '../problem.ts';
import type { Locator } from './reply-format.ts';

/** What a record says of its problem and the benchmark does not. */
export interface Disagreement {
  readonly about: 'question' | 'reference';
  readonly recorded: string;
  readonly expected: string;
}

export type Resolution =
  | { readonly status: 'found'; readonly problem: Problem }
  | { readonly status: 'unknown' }
  /** A problem stands there, but not the one that the record answers. */
  | { readonly status: 'other-problem'; readonly problem: Problem; readonly disagreement: Disagreement };

/** Finds the problem of a record among a whole benchmark, given in its file's order. */
export function createResolver(problems: readonly Problem[]): (locator: Locator) => Resolution {
  const find = createFinder(problems);
  return (locator) => {
    const problem = find(locator);
    if (problem === undefined) return { status: 'unknown' };
    const disagreement = findDisagreement(locator, problem);
    return disagreement === undefined
      ? { status: 'found', problem }
      : { status: 'other-problem', problem, disagreement };
  };
}

function createFinder(problems: readonly Problem[]): (locator: Locator) => Problem | undefined {
  const getById = once(() => new Map(problems.map((problem) => [problem.id, problem])));
  const getByQuestion = once(() => new Map(problems.map((problem) => [problem.problem.trim(), problem])));
  const getPrompts = once(() => problems.map((problem) => ({ problem, lines: splitPrompt(problem.problem) })));
  return (locator) => {
    switch (locator.by) {
      case 'id':
        return getById().get(locator.id);
      case 'line': {
        const atLine = problems[locator.line];
        if (locator.question === undefined || atLine?.problem.trim() === locator.question.trim()) return atLine;
        // The replies may come from a copy of the benchmark in another order: the question still names its problem.
        return getByQuestion().get(locator.question.trim()) ?? atLine;
      }
      case 'question':
        return getByQuestion().get(locator.question.trim());
      case 'code-prompt': {
        const lines = splitPrompt(locator.prompt);
        const matches = getPrompts().filter((prompt) => isSubsequence(lines, prompt.lines));
        // Two tasks that both hold the lines cannot be told apart: better unknown than wrong.
        return matches.length === 1 ? matches[0]?.problem : undefined;
      }
    }
  };
}

function findDisagreement(locator: Locator, { problem, reference }: Problem): Disagreement | undefined {
  const question = 'question' in locator ? locator.question : undefined;
  if (question !== undefined && question.trim() !== problem.trim()) {
    return { about: 'question', recorded: question, expected: problem };
  }
  const recorded = 'reference' in locator ? locator.reference : undefined;
  if (recorded !== undefined && recorded.trim() !== reference.trim()) {
    return { about: 'reference', recorded, expected: reference };
  }
  return undefined;
}

/** The lines that say something, without indentation. */
function splitPrompt(prompt: string): readonly string[] {
  return prompt
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '');
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0;
  for (const line of whole) if (line === part[found]) found++;
  return found === part.length;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
