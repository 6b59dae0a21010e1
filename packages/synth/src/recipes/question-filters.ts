import type { Stage } from '../engine/stage.ts';
import { decontaminate } from '../stages/decontaminate.ts';
import { filterLanguage } from '../stages/filter-language.ts';
import { onField } from '../stages/on-field.ts';
import { removeDuplicates } from '../stages/remove-duplicates.ts';
import type { RecipeForm, RecipeOptions } from './recipe-options.ts';

/**
 * The stages that look at a question's text alone, and stand before the first model that reads it. The published code has a test for
 * ASCII and nothing else.
 */
export function makeQuestionFilters(
  form: RecipeForm,
  decontamination: RecipeOptions['decontamination'],
): readonly Stage[] {
  if (form === 'faithful') return [filterLanguage({ by: 'ascii' })];
  return [
    filterLanguage(),
    removeDuplicates(),
    ...(decontamination === undefined ? [] : [decontaminate(decontamination)]),
  ];
}

/** The same over what a rewriter made of the questions: it may change the language, write one question twice, or know a test by heart. */
export function makeRewritingFilters(
  form: RecipeForm,
  decontamination: RecipeOptions['decontamination'],
): readonly Stage[] {
  if (form === 'faithful') return [];
  const field = 'rewritten';
  return [
    onField(filterLanguage(), { name: 'language-rewritten', field }),
    onField(removeDuplicates(), { name: 'duplicates-rewritten', field }),
    ...(decontamination === undefined
      ? []
      : [onField(decontaminate(decontamination), { name: 'decontaminate-rewritten', field })]),
  ];
}
