import { digest } from '@scalequest/core';
import { SynthError } from '../errors.ts';
import type { Fields } from './row.ts';
import type { Stage } from './stage.ts';

/** Where rows begin: one model that asks, or one list that is read. */
export interface Generator {
  readonly name: string;
  /** As many of its rows end in the dataset: the first that pass every stage. `all` takes each that passes, of a list that ends. */
  readonly accept: number | 'all';
  /** The most rows that it can give. @defaultValue no end */
  readonly rows?: number;
}

/**
 * A list of stages with their settings. Rows of every generator go through all of them, in shards; the first stage makes
 * a row's text, and what the last one keeps is the dataset.
 *
 * @example
 * const recipe: Recipe = {
 *   name: 'my-questions',
 *   description: 'Questions of one model.',
 *   generators: [{ name: 'qwen', accept: 1000 }],
 *   stages: [generateQuestions({ prefixes: { qwen: qwen2Prefix } }), filterLanguage(), removeDuplicates()],
 * };
 */
export interface Recipe {
  readonly name: string;
  /** One sentence for the dataset's card. */
  readonly description: string;
  /** What it is beside the paper, such as `fixed` or `faithful (own prompts)`. @defaultValue none is claimed */
  readonly form?: string;
  /** In the order in which their shards are counted: of two near-duplicates the earlier one stays. */
  readonly generators: readonly Generator[];
  readonly stages: readonly Stage[];
  /**
   * Rows of a shard. More keep more requests of one stage in flight; memory grows with `shardRows * window * generators`.
   * @defaultValue a quarter of what the largest generator shall give, in whole 32s: at least 32, and 2048 at most
   */
  readonly shardRows?: number;
  /** Shards of a generator that are on their way at once. @defaultValue 8 */
  readonly window?: number;
}

/** A recipe that was checked, with what it leaves out. */
export interface CheckedRecipe extends Required<Omit<Recipe, 'form' | 'stages'>> {
  readonly form: string | undefined;
  /** Each finds the fields that it reads: what a row has is no longer known by type. */
  readonly stages: readonly Stage<Fields, Fields>[];
  /** What must be the same for a run to go on. */
  readonly identity: Fields;
  /** Its hash, from which seeds come. */
  readonly digest: string;
}

const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * Checks a recipe, and that each stage finds the fields that it needs.
 *
 * @throws SynthError `RECIPE_BROKEN`
 */
export function checkRecipe(recipe: Recipe): CheckedRecipe {
  const { name, description, form, generators, stages, shardRows = chooseShardRows(generators), window = 8 } = recipe;
  requireNames([name], { of: 'A recipe' });
  requireNames(
    generators.map((generator) => generator.name),
    { of: 'A generator' },
  );
  requireNames(
    stages.map((stage) => stage.name),
    { of: 'A stage' },
  );
  for (const generator of generators) requireEnd(generator);
  requireWhole({ shardRows, window });
  requireKnownGenerators({ generators, stages });
  requireFields(stages);
  const identity = {
    recipe: name,
    ...(form === undefined ? {} : { form }),
    generators: generators.map((generator) => ({ ...generator })),
    shardRows,
    window,
    stages: stages.map(({ name: stage, version, settings, generators: only }) => ({
      ...{ stage, version, settings },
      ...(only === undefined ? {} : { generators: only }),
    })),
  };
  return {
    ...{ name, description, form, generators, shardRows, window },
    stages: stages as unknown as CheckedRecipe['stages'],
    ...{ identity, digest: digest(identity) },
  };
}

/** A small dataset in large shards would ask for many times what it wants: nobody knows how many rows of the first one pass. */
function chooseShardRows(generators: readonly Generator[]): number {
  const most = Math.max(...generators.map(({ accept, rows }) => (accept === 'all' ? (rows ?? 0) : accept)));
  return Math.min(2048, 32 * Math.max(1, Math.ceil(most / 128)));
}

function requireNames(names: readonly string[], { of }: { readonly of: string }): void {
  const broken = names.find((name) => !namePattern.test(name));
  if (broken !== undefined) {
    throw brokenRecipe(`${of} is named '${broken}'.`, 'Names are of small letters, digits and hyphens, 40 at most.');
  }
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw brokenRecipe(`${of} named '${twice}' is there twice.`, 'Give each a name of its own.');
  if (names.length === 0) throw brokenRecipe(`${of} is missing.`, 'Give at least one.');
}

function requireWhole(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw brokenRecipe(`'${name}' is ${value}.`, 'Give a whole number above 0.');
  }
}

function requireEnd({ name, accept, rows }: Generator): void {
  requireWhole({ ...(accept === 'all' ? {} : { accept }), ...(rows === undefined ? {} : { rows }) });
  if (accept !== 'all' || rows !== undefined) return;
  throw brokenRecipe(`All rows of generator '${name}' are wanted, and it has no end.`, 'Give it `rows`, or `accept`.');
}

function requireKnownGenerators({ generators, stages }: Pick<Recipe, 'generators' | 'stages'>): void {
  const names = generators.map(({ name }) => name);
  for (const { name, generators: only = [] } of stages) {
    const unknown = only.find((generator) => !names.includes(generator));
    if (unknown === undefined) continue;
    throw brokenRecipe(
      `Stage '${name}' is for generator '${unknown}', which is not there.`,
      `There are: ${names.join(', ')}.`,
    );
  }
  const idle = names.find((name) => stages.every((stage) => stage.generators?.includes(name) === false));
  if (idle !== undefined)
    throw brokenRecipe(`No stage takes rows of generator '${idle}'.`, 'Give it one, or leave it out.');
}

function requireFields(stages: readonly Stage[]): void {
  const known = new Set<string>();
  for (const { name, needs, gives, generators } of stages) {
    const missing = needs.find((field) => !known.has(field));
    if (missing !== undefined) {
      throw brokenRecipe(
        `Stage '${name}' needs '${missing}', which no stage before it gives to every row.`,
        `There are: ${[...known].join(', ') || 'none'}.`,
      );
    }
    const twice = gives.find((field) => known.has(field));
    if (twice !== undefined)
      throw brokenRecipe(`Stage '${name}' gives '${twice}', which is there.`, 'Use another name.');
    // What only some generators' rows have, later stages cannot count on.
    if (generators === undefined) for (const field of gives) known.add(field);
  }
}

function brokenRecipe(what: string, next: string): SynthError {
  return new SynthError({ code: 'RECIPE_BROKEN', kind: 'request', what, next });
}
