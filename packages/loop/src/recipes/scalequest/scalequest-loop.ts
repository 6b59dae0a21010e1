import type { LoopConfig } from '../../config/loop-config.ts';
import { type ResolvedConfig, resolveConfig } from '../../config/resolve-config.ts';
import type { LoopRecipe } from '../../engine/loop-recipe.ts';
import type { Step } from '../../engine/step.ts';
import { openServed } from '../../models/open-served.ts';
import { boundSpending } from '../../models/spending.ts';
import type { ModelOpener } from '../../models/step-model.ts';
import { addWork } from '../../plan/scalequest/add-work.ts';
import type { LoopAccess } from '../loop-access.ts';
import { makeDataset } from './dataset-steps.ts';
import { makeGenerators } from './generator-steps.ts';
import type { PaperRecipe } from './paper.ts';
import { makeStudents } from './student-steps.ts';

/** What the steps of one loop share. */
export interface LoopParts {
  readonly paper: PaperRecipe;
  readonly config: ResolvedConfig;
  readonly access: LoopAccess;
  /** Opens models behind servers. */
  readonly open: ModelOpener;
}

/**
 * A recipe of the paper as a loop: seed questions, QFT, pairs, QPO, questions with their answers, a dataset, students, and a
 * leaderboard of them.
 *
 * @throws LoopError `BAD_CONFIG`, `INVALID_OPTION`
 */
export function makeScalequestLoop(paper: PaperRecipe, given: LoopConfig, access: LoopAccess): LoopRecipe {
  const config = resolveConfig(paper, given);
  const { cacheDir, environment = {}, maxCost } = access;
  const spending = maxCost === undefined ? undefined : boundSpending(maxCost, config.models);
  const serving = { cacheDir, environment, python: config.train.python ?? access.python, spending };
  const parts: LoopParts = { paper, config, access, open: openServed(config.serve, serving) };
  const steps: readonly Step[] = [...makeGenerators(parts), ...makeDataset(parts), ...makeStudents(parts)];
  return { name: paper.name, description: paper.description, steps: addWork(steps, parts) };
}
