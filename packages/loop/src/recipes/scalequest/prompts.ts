import { ownPrompts, type Prompts, readPrompts } from '@scalequest/synth';
import type { ResolvedConfig } from '../../config/resolve-config.ts';
import type { Fields } from '../../engine/step.ts';

type GivenPrompts = Pick<ResolvedConfig, 'prompts'>;

/** What models are told: the project's own words, or the user's in their places. */
export async function loadPrompts({ prompts }: GivenPrompts): Promise<Prompts> {
  return prompts === undefined ? ownPrompts : await readPrompts(prompts);
}

/** For the settings of a step; the texts are a part of its run's. */
export function describePrompts({ prompts }: GivenPrompts): Fields {
  return prompts === undefined ? {} : { prompts: 'given' };
}
