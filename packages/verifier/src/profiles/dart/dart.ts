import type { Profile } from '../profile.ts';
import { extractDartAnswer } from './extract-dart-answer.ts';
import { isDartEqual } from './is-dart-equal.ts';

/**
 * EvaluatorMathBatch of DART-Math, which scored the published results of ScaleQuest: its extraction, and its ladder of
 * text, numbers to a relative 1e-9 (also as percent, to 1e-3), intervals, matrices and SymPy. It compares sets where the
 * problem has "ind the", or "all" and "separate". Whatever raises in it is wrong.
 *
 * DART-Math scores OlympiadBench alone with that benchmark's own judge: profile `olympiadbench`.
 */
export const dart: Profile = {
  name: 'dart',
  version: 1,
  imitates: 'DART-Math, EvaluatorMathBatch (SymPy 1.12, antlr4 4.11.1)',
  extract: ({ reply }) => extractDartAnswer(reply),
  isEqual: ({ reference, candidate, problem = '' }) =>
    isDartEqual({ reference, candidate, areSets: asksForSet(problem) }),
};

function asksForSet(problem: string): boolean {
  return problem.includes('ind the') || (problem.includes('all') && problem.includes('separate'));
}
