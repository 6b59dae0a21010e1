import { type FreeStage, ownPrompts, type Prompts, type Recipe, type SampledResponse } from '@scalequest/synth';
import type { ScalequestArm } from '../../config/loop-config.ts';
import { getModel } from '../../config/resolve-config.ts';
import type { Fields, Step } from '../../engine/step.ts';
import type { StepModel } from '../../models/step-model.ts';
import { datasetStep } from '../../steps/dataset-step.ts';
import { readList } from '../../steps/read-list.ts';
import { synthStep } from '../../steps/synth-step.ts';
import { describeDecontamination, locateDecontamination } from './decontamination.ts';
import { describePrefixes } from './generator-steps.ts';
import { describePrompts, loadPrompts } from './prompts.ts';
import type { LoopParts } from './scalequest-loop.ts';

/** Who asks the questions of an arm, by the beginning of the step that trained them. */
export const askers = { full: 'qpo', 'no-qpo': 'qft', 'sft-chosen': 'sft-chosen', 'no-filter': 'qpo' } as const;

/** The step whose run has the questions of an arm with their answers. */
export function nameQuestions(arm: ScalequestArm | 'full'): string {
  return arm === 'full' || arm === 'agreement-only' ? 'questions' : `questions-${arm}`;
}

/** Questions with their answers, of the whole and of each control, and the dataset of the whole. */
export function makeDataset(parts: LoopParts): readonly Step[] {
  const { arms, licence } = parts.config;
  return [
    askQuestions(parts, 'full'),
    datasetStep({
      ...{ name: 'dataset', from: nameQuestions('full') },
      ...(licence === undefined ? {} : { licence }),
    }),
    ...arms.flatMap((arm) => {
      if (arm === 'agreement-only') return [];
      return [arm === 'seeds-only' ? answerSeeds(parts) : askQuestions(parts, arm)];
    }),
  ];
}

function askQuestions(parts: LoopParts, arm: keyof typeof askers): Step {
  const { config, open } = parts;
  const generators = Object.keys(config.bases);
  const recipe = (prompts?: Prompts): Recipe =>
    arm === 'no-filter' ? leaveFilters(parts, prompts) : makeRecipe(parts, prompts);
  const asked = Object.fromEntries(generators.map((name) => [name, { step: `${askers[arm]}-${name}` }]));
  return synthStep({
    name: nameQuestions(arm),
    settings: { ...describeQuestions(parts), ...(arm === 'no-filter' ? { filters: 'none' } : {}) },
    recipe: async () => recipe(await loadPrompts(config)),
    models: { ...asked, ...listGiven(parts, recipe()) },
    open,
    fields: ['question', 'response', 'answer'],
  });
}

/** The seeds are there already, and are answered and selected as the questions of the whole are. */
function answerSeeds(parts: LoopParts): Step {
  const { config, open } = parts;
  return synthStep({
    name: nameQuestions('seeds-only'),
    reads: ['qft-data'],
    settings: { form: config.form, ...describePrompts(config) },
    recipe: async ({ getFile }) => {
      const { count, stage } = await readList(getFile('qft-data', 'rows'));
      const prompts = await loadPrompts(config);
      return {
        ...makeRecipe(parts, prompts),
        name: 'seed-answers',
        generators: [{ name: 'seeds', accept: 'all', rows: count }],
        stages: [stage, ...listAnswering(parts, prompts)],
      };
    },
    models: listGiven(parts, { stages: listAnswering(parts) }),
    open,
    fields: ['question', 'response', 'answer'],
  });
}

/** The stages of the whole that answer a question which is there. */
export function listAnswering(parts: LoopParts, prompts?: Prompts): Recipe['stages'] {
  return makeRecipe(parts, prompts).stages.filter(
    // What compares questions with each other and with test sets was done, and difficulty is dropped of one generator.
    ({ name }) => !['generate', 'language', 'duplicates', 'decontaminate', 'difficulty', 'sample'].includes(name),
  );
}

/** The recipe of the whole. @param prompts - @defaultValue the project's own, which have the same stages */
export function makeRecipe({ paper, config, access }: LoopParts, prompts: Prompts = ownPrompts): Recipe {
  const { form, counts, bases } = config;
  const python = config.train.python ?? access.python;
  return paper.makeQuestions({
    ...{ form, rows: counts.rows, prompts },
    prefixes: Object.fromEntries(Object.entries(bases).map(([name, { asked }]) => [name, asked])),
    decontamination: locateDecontamination(config, access),
    sandbox: python === undefined ? {} : { python },
  });
}

/** Every question that is asked, with one answer. */
export function leaveFilters(parts: LoopParts, prompts: Prompts = ownPrompts): Recipe {
  const { paper, config } = parts;
  const { description, generators, stages } = makeRecipe(parts, prompts);
  return {
    // It claims no form: neither of them is without filters.
    ...{ name: `${paper.name}-unfiltered`, description },
    generators: generators.map(({ name }) => ({ name, accept: 'all', rows: config.counts.rows[name] ?? 1 })),
    stages: [...stages.filter(({ name }) => name === 'generate'), paper.answerOnce(prompts), takeOnly],
  };
}

/** The answer of which there is only one. */
const takeOnly: FreeStage<{ responses: readonly SampledResponse[] }, { response: string; answer: null }> = {
  order: 'free',
  ...{ name: 'take', version: 1, settings: {}, needs: ['responses'], gives: ['response', 'answer'] },
  open: async () => ({
    judge: async ({ rows }) =>
      rows.map(({ fields: { responses } }) => ({ keep: { response: responses[0]?.text ?? '', answer: null } })),
  }),
};

/** The models of a recipe that are no generators. */
function listGiven({ config }: LoopParts, { stages }: Pick<Recipe, 'stages'>): Readonly<Record<string, StepModel>> {
  const roles = new Set(stages.flatMap(({ models = [] }) => models));
  for (const generator of Object.keys(config.bases)) roles.delete(generator);
  return Object.fromEntries([...roles].map((role) => [role, { given: role, model: getModel(config, role) }]));
}

function describeQuestions({ config }: LoopParts): Fields {
  const { form, counts } = config;
  return {
    form,
    rows: counts.rows,
    prefixes: describePrefixes(config),
    ...describeDecontamination(config),
    ...describePrompts(config),
  };
}
