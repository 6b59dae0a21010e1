import type { Generator } from '../engine/recipe.ts';
import { SynthError } from '../errors.ts';
import type { PromptName, Prompts } from '../prompts/own-prompts.ts';
import type { QuestionPrefix } from '../prompts/question-prefixes.ts';
import type { DecontaminateOptions } from '../stages/decontaminate.ts';

/**
 * `faithful` does what the paper and its code do, their faults included where they change the data; `fixed` mends them. The table in
 * docs/recipes.md says which.
 */
export type RecipeForm = 'faithful' | 'fixed';

/** How much of a recipe is made. What is left out is as the paper has it. */
export interface RecipeScale {
  /** Rows of each generator in the dataset: of all alike, or by name. */
  readonly accept?: Generator['accept'] | Readonly<Record<string, Generator['accept']>>;
  /** The most rows that each generator is asked for: of all alike, or by name. */
  readonly rows?: number | Readonly<Record<string, number>>;
  /** @defaultValue the engine's */
  readonly shardRows?: number;
  /** @defaultValue the engine's */
  readonly window?: number;
}

export interface RecipeOptions extends RecipeScale {
  /** @defaultValue 'fixed' */
  readonly form?: RecipeForm;
  /** What models are told: `readPrompts` reads a file of one's own. @defaultValue the project's own words */
  readonly prompts?: Prompts;
  /**
   * Where the test questions are that the form `fixed` checks against, which they are, and which it leaves out. Without it nothing
   * is checked, and the recipe's form says so.
   *
   * @defaultValue none
   */
  readonly decontamination?: Omit<DecontaminateOptions, 'name'> | undefined;
  /** How generators begin and end a question, by name, in the place of the recipe's own. @defaultValue those of the paper's models */
  readonly prefixes?: Readonly<Record<string, QuestionPrefix>>;
}

/**
 * The generators of a recipe at the scale that is asked for.
 *
 * @throws SynthError `INVALID_OPTION` for a generator that the recipe has not
 */
export function scaleGenerators(generators: readonly Generator[], { accept, rows }: RecipeScale): readonly Generator[] {
  for (const byName of [accept, rows]) if (typeof byName === 'object') requireNames(byName, generators);
  return generators.map((generator) => {
    const accepted = typeof accept === 'object' ? accept[generator.name] : accept;
    const most = typeof rows === 'object' ? rows[generator.name] : rows;
    return {
      ...generator,
      ...(accepted === undefined ? {} : { accept: accepted }),
      ...(most === undefined ? {} : { rows: most }),
    };
  });
}

/**
 * What a recipe says of itself, on the card of its dataset too. Without the paper's own prompts no recipe can be wholly the paper's: of
 * those that it sends (`used`) a user must have given all.
 */
export function labelForm(
  form: RecipeForm,
  {
    prompts,
    used,
    decontamination,
  }: {
    readonly prompts: Prompts;
    readonly used: readonly PromptName[];
    readonly decontamination: RecipeOptions['decontamination'];
  },
): string {
  if (form === 'fixed') return decontamination === undefined ? 'fixed, not decontaminated' : form;
  if (used.length === 0) return form;
  const isGiven = used.every((name) => prompts[name].origin === 'given');
  return isGiven ? 'faithful (given prompts)' : 'faithful (own prompts)';
}

/** Shard settings of a recipe, those that are given. */
export function pickShardSettings({ shardRows, window }: RecipeScale): { shardRows?: number; window?: number } {
  return { ...(shardRows === undefined ? {} : { shardRows }), ...(window === undefined ? {} : { window }) };
}

function requireNames(byName: object, generators: readonly Generator[]): void {
  const names = generators.map(({ name }) => name);
  const unknown = Object.keys(byName).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `The recipe has no generator '${unknown}'.`,
    next: `Its generators are ${names.join(', ')}.`,
    fields: { unknown, names },
  });
}
