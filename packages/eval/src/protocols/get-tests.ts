import type { Problem } from '@scalequest/datasets';

/** The tests of a problem that a prompt may show, one assert each; none where its benchmark has none to show. */
export function getTests({ meta: { tests } }: Pick<Problem, 'meta'>): readonly string[] {
  return Array.isArray(tests) ? tests.map(String) : [];
}
