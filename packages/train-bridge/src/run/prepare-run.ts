import { readdir } from 'node:fs/promises';
import { makeFolder } from '@scalequest/core';
import type { TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { type ChooseBaseInput, nameBase, takeBase } from './base-model.ts';
import { checkRun } from './check-run.ts';
import { type DataSource, findData } from './data-source.ts';
import { countGeneratedRows, type PlanInput, planConfig, planSizes } from './plan-config.ts';
import { type ModelProvenance, type Upstream, writeProvenance } from './provenance.ts';
import { readTrainConfig, writeTrainConfig } from './read-train-config.ts';
import { readUpstream } from './read-upstream.ts';
import { nameRunFiles } from './run-files.ts';
import { readRows, writeRows } from './write-rows.ts';

export interface PrepareRunInput {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** @defaultValue the recipe's, or what its epochs make of the rows */
  readonly steps: number | undefined;
  readonly settings: TrainSettings;
  /** The user's own rows, instead of the recipe's: a file, or a folder that has them. */
  readonly data: string | undefined;
  /** A model to begin with: a folder, a GGUF file, or the run folder of a training. */
  readonly model: string | undefined;
  /** The file of the model that ScaleQuest ships. */
  readonly embeddedModel: string | undefined;
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
  readonly onMessage?: ((text: string) => void) | undefined;
}

/** A run folder's request, looked at from all sides: what its parts need of it. */
export interface PreparedInput {
  readonly input: PrepareRunInput;
  readonly plan: PlanInput;
  readonly base: ChooseBaseInput;
  readonly data: DataSource | undefined;
}

/**
 * Writes data and configuration into a new run folder, or checks that a folder which has them holds just this training.
 * The configuration is written last, so a folder that was left half prepared is prepared again. A folder that another
 * version began by a recipe of other figures goes on with its own, and that is said.
 *
 * @throws TrainBridgeError `OTHER_CONFIGURATION`, `DATA_CHANGED`, `NOT_A_TRAINING`, `BAD_ROWS`, `BAD_SETTING`,
 * `DATA_MISSING`, `MODEL_MISSING`, `BAD_MODEL`
 */
export async function prepareRun(input: PrepareRunInput): Promise<TrainConfig> {
  const { recipe, seed, steps, settings, model, embeddedModel } = input;
  const data = input.data === undefined ? undefined : await findData(input.data);
  const prepared: PreparedInput = {
    input,
    plan: { recipe, seed, steps, settings },
    base: { recipe, given: model, embedded: embeddedModel },
    data,
  };
  const there = await readTrainConfig(input.folder);
  return there === undefined ? await beginRun(prepared) : await checkRun(prepared, there);
}

async function beginRun({ input, plan, base, data }: PreparedInput): Promise<TrainConfig> {
  const { folder, recipe, seed, settings, command, signal, onMessage } = input;
  const files = nameRunFiles(folder);
  await refuseStrangeFolder(folder);
  // What is wrong with the request is said before the slow part.
  nameBase(base);
  planSizes(plan);
  const rows = data === undefined ? makeRows(plan, countGeneratedRows(plan)) : readRows(data.file, recipe.kind);
  const model = await takeBase(folder, base);
  onMessage?.(`Writing the rows to train on into ${files.data}.`);
  const written = { file: 'data/train.jsonl', ...(await writeRows(files.data, rows, signal)) };
  const planned = planConfig(plan, { data: written, modelPath: model?.path });
  const config = await takeLicense(planned, { model, settings });
  await writeProvenance(folder, {
    format: 1,
    recipe: recipe.name,
    command,
    seed,
    data: { ...written, ...(data === undefined ? { source: 'generated' } : { source: 'file', path: data.file }) },
    settings,
    ...(model === undefined ? {} : { model }),
    upstream: await listUpstream(model, data),
    sessions: [],
    configHash: null,
    metrics: null,
  });
  await writeTrainConfig(folder, config);
  return config;
}

/** The recipe's licence is for what ScaleQuest made. A model that came from others keeps theirs, which is not known here. */
async function takeLicense(
  config: TrainConfig,
  { model, settings }: { readonly model: ModelProvenance | undefined; readonly settings: TrainSettings },
): Promise<TrainConfig> {
  const isSet = 'export' in settings || 'export.license' in settings;
  if (config.export === undefined || isSet || (model?.source !== 'folder' && model?.source !== 'run')) return config;
  const before = model.runFolder === undefined ? undefined : await readTrainConfig(model.runFolder);
  const isFromScratch = before?.model.kind === 'new';
  const license = before?.export?.license ?? (isFromScratch ? config.export.license : 'other');
  return { ...config, export: { ...config.export, license } };
}

function makeRows({ recipe, seed }: PlanInput, count: number): Parameters<typeof writeRows>[1] {
  return recipe.rows === 'generated' ? recipe.makeRows({ seed, count }) : [];
}

async function listUpstream(model: ModelProvenance | undefined, data: DataSource | undefined): Promise<Upstream[]> {
  const found = await Promise.all([
    model?.runFolder === undefined ? undefined : readUpstream('model', model.runFolder),
    data?.runFolder === undefined ? undefined : readUpstream('data', data.runFolder),
  ]);
  return found.filter((one) => one !== undefined);
}

/** What a training that was stopped before its configuration stood may have left. */
const ownNames =
  /^(data|control|base|provenance\.json(\..*\.tmp)?|train\.json\..*\.tmp|run\.\d+-[0-9a-f]+\.lock(\.tmp)?)$/;

async function refuseStrangeFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  const strange = (await readdir(folder)).find((name) => !ownNames.test(name));
  if (strange === undefined) return;
  throw new TrainBridgeError({
    code: 'NOT_A_TRAINING',
    kind: 'request',
    what: `'${folder}' is not empty, and no training was begun in it.`,
    why: `It holds '${strange}'.`,
    next: 'Give another --out.',
    fields: { folder, strange },
  });
}
