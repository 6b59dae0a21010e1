import { makeQuestionFilters, qftData, qpoPairs, type Recipe } from '@scalequest/synth';
import { leaveFilters, listAnswering, makeRecipe } from '../../recipes/scalequest/dataset-steps.ts';
import { locateDecontamination } from '../../recipes/scalequest/decontamination.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import { countAccepted } from '../synthesis-work.ts';
import type { ReadFigure } from '../unit-figures.ts';

/** The step that answers the seeds, for a control. */
const seedAnswers = 'questions-seeds-only';

/** What a synthesis of the loop is: its recipe at the size that is expected. */
export function expectRecipe(name: string, parts: LoopParts, read: ReadFigure): Recipe {
  const { config, access, paper } = parts;
  const { form, counts, bases } = config;
  const decontamination = locateDecontamination(config, access);
  if (name === 'qft-data') {
    const generators = [{ name: 'seeds', accept: 'all', rows: counts.seeds }] as const;
    if (config.seeds === undefined) {
      return { ...qftData({ form, cacheDir: access.cacheDir, dataDir: undefined, decontamination }), generators };
    }
    // Questions that people wrote: their language is known.
    const filters = makeQuestionFilters(form, decontamination).filter((stage) => stage.name === 'duplicates');
    return { ...{ name, description: '', generators }, stages: filters };
  }
  if (name === 'qpo-data') {
    const prefixes = Object.fromEntries(Object.entries(bases).map(([base, { asked }]) => [base, asked]));
    return qpoPairs({ form, rows: counts.generations, subject: paper.subject, prefixes, decontamination });
  }
  if (name === 'questions-no-filter') return leaveFilters(parts);
  if (name !== seedAnswers) return makeRecipe(parts);
  const seeds = Math.round(countAccepted(read, expectRecipe('qft-data', parts, read)));
  return {
    ...{ name: 'seed-answers', description: '', stages: listAnswering(parts) },
    generators: [{ name: 'seeds', accept: 'all', rows: seeds }],
  };
}
