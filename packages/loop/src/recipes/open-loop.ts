import { describeCloseNames } from '@scalequest/core';
import type { LoopConfig } from '../config/loop-config.ts';
import type { LoopRecipe } from '../engine/loop-recipe.ts';
import { LoopError } from '../errors.ts';
import type { LoopAccess } from './loop-access.ts';
import { nanoLoop } from './nano/nano-loop.ts';
import type { PaperRecipe } from './scalequest/paper.ts';
import { makeScalequestLoop } from './scalequest/scalequest-loop.ts';
import { paperCode } from './scalequest-code/paper-code.ts';
import { paperLongcot } from './scalequest-longcot/paper-longcot.ts';
import { paperMath } from './scalequest-math/paper-math.ts';

const papers: readonly PaperRecipe[] = [paperMath, paperLongcot, paperCode];

/** The loops that ship. */
export const loopNames: readonly string[] = ['nano', ...papers.map(({ name }) => name)];

/**
 * A loop by its name, with what its configuration says. `nano` needs none and takes none.
 *
 * @throws LoopError `UNKNOWN_LOOP`, `BAD_CONFIG`
 * @example
 * const recipe = openLoop('scalequest-math', await readLoopConfig('loop.json'), access);
 * await runLoop({ recipe, folder: 'loops/math' });
 */
export function openLoop(name: string, config: LoopConfig | undefined, access: LoopAccess): LoopRecipe {
  if (name === 'nano') {
    if (config === undefined) return nanoLoop(access);
    throw new LoopError({
      code: 'BAD_CONFIG',
      kind: 'request',
      what: "The loop 'nano' takes no configuration.",
      why: 'It brings its models along, and makes the others.',
      next: 'Leave it out, or choose another loop.',
    });
  }
  const paper = papers.find((one) => one.name === name);
  if (paper !== undefined) return makeScalequestLoop(paper, config ?? {}, access);
  const close = describeCloseNames(name, loopNames);
  throw new LoopError({
    code: 'UNKNOWN_LOOP',
    kind: 'request',
    what: `Loop '${name}' is not known.`,
    ...(close === '' ? {} : { why: close }),
    next: `There are: ${loopNames.join(', ')}.`,
    fields: { name },
  });
}
