import { type LoadOptions, loadBenchmark } from '@scalequest/datasets';
import { EvaluationError } from '../../errors.ts';
import { getTests } from '../get-tests.ts';
import { identifyShots, type Shots, type ShotTexts } from './shots.ts';

/**
 * Loads the texts that a protocol names: the problems of a train split with their solutions.
 *
 * @throws EvaluationError `NO_SHOTS` where the texts are the user's to give; DatasetsError where the split is not there
 */
export async function loadShots({ source, count }: Shots, options: LoadOptions): Promise<ShotTexts> {
  if (source.kind === 'file') {
    throw new EvaluationError({
      code: 'NO_SHOTS',
      kind: 'request',
      what: `The protocol shows ${count} examples, which are not part of the project.`,
      next: 'Give them in a file, --shots FILE: JSON Lines {"problem": "...", "solution": "..."}, or the Python file of a task of lm-eval.',
      fields: { count },
    });
  }
  const { problems } = await loadBenchmark(source.name, options);
  const shots = problems.map((shown) => {
    const { id, problem, reference, code, meta } = shown;
    if (code !== undefined) return { problem, solution: reference, tests: getTests(shown) };
    if (typeof meta.solution === 'string') return { problem, solution: meta.solution };
    throw new EvaluationError({
      code: 'BAD_SHOTS',
      kind: 'request',
      what: `Problem '${id}' of '${source.name}' cannot be an example.`,
      why: 'It has no solution.',
      next: 'Give the examples in a file, --shots FILE.',
      fields: { benchmark: source.name, id },
    });
  });
  return identifyShots('benchmark', shots);
}
