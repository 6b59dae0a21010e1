import { LoopError } from '../errors.ts';
import type { Step } from './step.ts';

/** A loop by name: its steps, each behind those that it reads. Whoever wants another one copies the file and changes it. */
export interface LoopRecipe {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Step[];
}

const nameShape = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Sees that a recipe can be run.
 *
 * @throws LoopError `RECIPE_BROKEN`
 */
export function checkRecipe({ name, steps }: LoopRecipe): void {
  const broken = (why: string): LoopError =>
    new LoopError({
      code: 'RECIPE_BROKEN',
      kind: 'request',
      what: `The loop '${name}' cannot be run.`,
      why,
      next: 'Mend its list of steps.',
      fields: { loop: name },
    });
  if (steps.length === 0) throw broken('It has no step.');
  const before = new Set<string>();
  for (const step of steps) {
    if (!nameShape.test(step.name))
      throw broken(`'${step.name}' is no name of a step: give small letters, digits and hyphens.`);
    if (before.has(step.name)) throw broken(`Two steps are called '${step.name}'.`);
    const missing = step.after.find((one) => !before.has(one));
    if (missing !== undefined) throw broken(`Step '${step.name}' reads '${missing}', which is no step before it.`);
    before.add(step.name);
  }
}
