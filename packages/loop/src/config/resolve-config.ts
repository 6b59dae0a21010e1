import { basename, join } from 'node:path';
import { describeCloseNames } from '@scalequest/core';
import { type ChatTemplate, findTemplate } from '@scalequest/eval';
import { ownPrompts, type QuestionPrefix, type RecipeForm } from '@scalequest/synth';
import type { TrainSettings } from '@scalequest/train-bridge';
import { LoopError } from '../errors.ts';
import type { PaperRecipe } from '../recipes/scalequest/paper.ts';
import {
  type BenchmarkChoice,
  type DataChoice,
  type GivenModel,
  type LoopConfig,
  type LoopCounts,
  type ScalequestArm,
  type ServeChoice,
  type StudentModel,
  scalequestArms,
  type TrainChoice,
  trainingKinds,
} from './loop-config.ts';

/** A configuration with every default in its place. */
export interface ResolvedConfig {
  readonly form: RecipeForm;
  readonly counts: LoopCounts;
  readonly models: Readonly<Record<string, GivenModel>>;
  readonly bases: Readonly<Record<string, ResolvedBase>>;
  readonly students: Readonly<Record<string, ResolvedStudent>>;
  readonly arms: readonly ScalequestArm[];
  readonly armStudents: readonly string[];
  readonly benchmarks: readonly BenchmarkChoice[];
  readonly protocol: string;
  readonly evaluationTokens: number | undefined;
  readonly train: TrainChoice;
  readonly serve: ServeChoice;
  readonly data: DataChoice;
  readonly seeds: LoopConfig['seeds'];
  readonly prompts: string | undefined;
  readonly decontaminate: readonly string[] | undefined;
  readonly reported: string | undefined;
  readonly licence: string | undefined;
}

export interface ResolvedBase {
  /** What the loop notes of it. */
  readonly model: string;
  readonly checkpoint: string;
  readonly parameters: number;
  /** What it is trained with. */
  readonly prefix: QuestionPrefix;
  /** What it is asked with. */
  readonly asked: QuestionPrefix;
  readonly beginning: string;
}

export interface ResolvedStudent {
  readonly title: string;
  /** What the loop notes of its base. */
  readonly model: string;
  readonly checkpoint: string;
  readonly parameters: number;
  readonly learningRate: number;
  readonly template: ChatTemplate;
  readonly beginning: string;
  readonly settings: TrainSettings;
}

/** What a model is taken for in a plan whose size nobody says, in billions. */
export const usualParameters = 7;

/**
 * Fills a configuration with what the recipe takes where the user says nothing.
 *
 * @throws LoopError `BAD_CONFIG`
 */
export function resolveConfig(paper: PaperRecipe, config: LoopConfig): ResolvedConfig {
  const { form = 'fixed', modelsFolder } = config;
  requireKnown('bases', Object.keys(config.bases ?? {}), Object.keys(paper.generators));
  requireKnown('models', Object.keys(config.models ?? {}), Object.keys(paper.roles));
  requireKnown('counts.rows', Object.keys(config.counts?.rows ?? {}), Object.keys(paper.generators));
  if (!paper.hasSeeds && config.seeds === undefined) {
    throw badConfig(
      `The loop '${paper.name}' needs questions that its generators learn to ask from.`,
      'They are not part of the project.',
      'Give "seeds": {"file": "questions.jsonl"}, a JSON Lines file with a "question" in each line.',
    );
  }
  const roles = ['rewriter', ...listRoles(paper, form)];
  const models = Object.fromEntries(roles.map((role) => [role, findGiven(role, { paper, config })]));
  const bases = Object.fromEntries(
    Object.entries(paper.generators).map(([generator, known]) => {
      const given = config.bases?.[generator];
      const checkpoint = given?.checkpoint ?? placeIn(modelsFolder, known.repository);
      if (checkpoint === undefined) throw noCheckpoint(`bases.${generator}`, known.repository);
      const { parameters = known.parameters, prefix = known.prefix, beginning = known.beginning } = given ?? {};
      const asked = form === 'faithful' && given?.prefix === undefined ? (known.published ?? prefix) : prefix;
      return [generator, { model: basename(checkpoint), checkpoint, parameters, prefix, asked, beginning }];
    }),
  );
  const students = resolveStudents(paper, config);
  const armStudents = config.armStudents ?? Object.keys(students).slice(0, 1);
  requireSettings(config, { generators: Object.keys(bases), students: Object.keys(students), roles });
  requireKnown('arms', config.arms ?? [], paper.arms(form));
  requireKnown('armStudents', armStudents, Object.keys(students));
  const benchmarks = (config.benchmarks ?? paper.benchmarks).map((one) =>
    typeof one === 'string' ? { name: one } : one,
  );
  // Two would share the folder of a run, or the file of a row.
  requireDistinct(
    'benchmarks',
    benchmarks.map(({ name }) => name),
  );
  requireDistinct(
    'students.*.title',
    Object.values(students).map(({ title }) => title),
  );
  return {
    ...{ form, models, bases, students, armStudents },
    counts: scaleCounts(paper, config, form),
    // In one order, so that the same arms are the same loop.
    arms: scalequestArms.filter((arm) => config.arms?.includes(arm)),
    benchmarks,
    protocol: config.protocol ?? paper.protocol,
    evaluationTokens: config.evaluationTokens ?? paper.evaluationTokens,
    train: config.train ?? {},
    serve: config.serve ?? { way: 'here' },
    data: config.data ?? {},
    seeds: config.seeds,
    prompts: config.prompts,
    decontaminate: config.decontaminate,
    reported: config.reported,
    licence: config.licence,
  };
}

/** What is said of a training or a server that is not there would be passed over without a word. */
function requireSettings(
  { train, serve }: LoopConfig,
  names: {
    readonly generators: readonly string[];
    readonly students: readonly string[];
    readonly roles: readonly string[];
  },
): void {
  const { generators, students, roles } = names;
  const trained = ['qft', 'qpo', 'sft-chosen'].flatMap((kind) => generators.map((name) => `${kind}-${name}`));
  const taught = students.map((name) => `student-${name}`);
  const arms = scalequestArms.flatMap((arm) => taught.map((name) => `${name}-${arm}`));
  requireKnown('train.settings', Object.keys(train?.settings ?? {}), [...trainingKinds, ...trained, ...taught]);
  requireKnown('train.launchers', Object.keys(train?.launchers ?? {}), [
    ...trainingKinds,
    ...trained,
    ...taught,
    ...arms,
  ]);
  requireKnown('serve.models', Object.keys(serve?.models ?? {}), [...roles, ...trained, ...taught, ...arms]);
}

/** Every count follows the share; none falls to nothing. */
function scaleCounts(paper: PaperRecipe, { scale = 1, counts = {} }: LoopConfig, form: RecipeForm): LoopCounts {
  const whole = paper.counts(form);
  const scaled = (amount: number): number => Math.max(1, Math.round(amount * scale));
  return {
    seeds: counts.seeds ?? scaled(whole.seeds),
    generations: counts.generations ?? scaled(whole.generations),
    rows: Object.fromEntries(
      Object.entries(whole.rows).map(([generator, amount]) => [generator, counts.rows?.[generator] ?? scaled(amount)]),
    ),
  };
}

function findGiven(
  role: string,
  { paper, config: { models, modelsFolder } }: { readonly paper: PaperRecipe; readonly config: LoopConfig },
): GivenModel {
  const given = models?.[role];
  if (given !== undefined) return given;
  const known = paper.roles[role];
  const isOpen = known?.repository.includes('/') === true;
  const checkpoint = isOpen ? placeIn(modelsFolder, known.repository) : undefined;
  if (known !== undefined && checkpoint !== undefined) {
    return { model: nameRepository(known.repository), checkpoint, parameters: known.parameters };
  }
  throw badConfig(
    `Nobody answers for '${role}'.`,
    `The paper has ${known?.repository ?? 'no model'} there.`,
    `Give "models": {"${role}": {"model": NAME, "endpoints": [URL]}}${isOpen ? ', a "checkpoint" instead of endpoints, or a "modelsFolder" that holds it' : ''}.`,
  );
}

function resolveStudents(paper: PaperRecipe, config: LoopConfig): Readonly<Record<string, ResolvedStudent>> {
  const chosen: Readonly<Record<string, StudentModel>> =
    config.students ?? Object.fromEntries(Object.keys(paper.students).map((name) => [name, {}]));
  return Object.fromEntries(
    Object.entries(chosen).map(([name, given]) => {
      const known = paper.students[name];
      const checkpoint =
        given.checkpoint ?? (known === undefined ? undefined : placeIn(config.modelsFolder, known.repository));
      if (checkpoint === undefined) throw noCheckpoint(`students.${name}`, known?.repository ?? name);
      const { learningRate = known?.learningRate, template = known?.template } = given;
      if (learningRate === undefined || template === undefined) {
        throw badConfig(
          `Student '${name}' has no "${learningRate === undefined ? 'learningRate' : 'template'}".`,
          'It is none of the paper, so that nothing is known of it.',
          `Give it both; the paper's students are ${Object.keys(paper.students).join(', ')}.`,
        );
      }
      const resolved: ResolvedStudent = {
        ...{ model: basename(checkpoint), checkpoint, learningRate },
        template: typeof template === 'string' ? findTemplate(template) : template,
        settings: known?.settings ?? {},
        title: given.title ?? known?.title ?? name,
        parameters: given.parameters ?? known?.parameters ?? usualParameters,
        beginning: given.beginning ?? known?.beginning ?? '',
      };
      return [name, resolved];
    }),
  );
}

/** The roles of the synthesis that are no generators, in the order in which they are asked. */
function listRoles(paper: PaperRecipe, form: RecipeForm): readonly string[] {
  const { rows } = paper.counts(form);
  const prefixes = Object.fromEntries(Object.entries(paper.generators).map(([name, { prefix }]) => [name, prefix]));
  const { stages } = paper.makeQuestions({
    form,
    rows,
    prefixes,
    prompts: ownPrompts,
    decontamination: undefined,
    sandbox: {},
  });
  const asked = new Set(stages.flatMap(({ models = [] }) => models));
  return [...asked].filter((role) => !(role in paper.generators));
}

/** A model that {@link resolveConfig} has seen to be there. */
export function getModel({ models }: Pick<ResolvedConfig, 'models'>, role: string): GivenModel {
  const model = models[role];
  if (model === undefined) throw new TypeError(`No model is resolved for '${role}'.`);
  return model;
}

/** `Qwen/Qwen2-Math-7B` lies as `Qwen2-Math-7B`. */
function nameRepository(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}

function placeIn(folder: string | undefined, repository: string): string | undefined {
  return folder === undefined ? undefined : join(folder, nameRepository(repository));
}

function requireKnown(key: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const close = describeCloseNames(unknown, known);
  throw badConfig(
    `"${key}" names '${unknown}', which this loop has not.`,
    close === '' ? undefined : close,
    `There are: ${known.join(', ')}.`,
  );
}

function requireDistinct(key: string, given: readonly string[]): void {
  const twice = given.find((name, place) => given.indexOf(name) < place);
  if (twice === undefined) return;
  throw badConfig(`"${key}" has '${twice}' twice.`, undefined, 'Give each once.');
}

function noCheckpoint(key: string, repository: string): LoopError {
  return badConfig(
    `"${key}" has no checkpoint.`,
    'There is no "modelsFolder" to look into either.',
    `Give "${key}.checkpoint", the folder of ${repository}, or "modelsFolder", under which the checkpoints lie by their names.`,
  );
}

/** @param why - undefined where the first part says it all */
export function badConfig(what: string, why: string | undefined, next: string): LoopError {
  return new LoopError({
    code: 'BAD_CONFIG',
    kind: 'request',
    ...{ what, next },
    ...(why === undefined ? {} : { why }),
  });
}
