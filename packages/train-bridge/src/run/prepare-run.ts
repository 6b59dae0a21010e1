import { mkdir, readdir, readFile } from 'node:fs/promises';
import { asFileError, digest, excerpt, hashFile, pathExists, writeFileAtomic } from '@scalequest/core';
import { diffIdentities } from '@scalequest/runs';
import { type TrainConfig, trainConfigSchema } from '../config/train-config.ts';
import { rowForms } from '../config/train-row.ts';
import { TrainBridgeError } from '../errors.ts';
import type { GeneratedRecipe, Recipe } from '../recipes/recipe.ts';
import { type Provenance, readProvenance, writeProvenance } from './provenance.ts';
import { nameRunFiles } from './run-files.ts';
import { readRows, writeRows } from './write-rows.ts';

export interface PrepareRunInput {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly seed: number;
  /** @defaultValue the recipe's, or what its epochs make of the rows */
  readonly steps: number | undefined;
  /** The user's own rows, instead of the recipe's. */
  readonly dataFile?: string | undefined;
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
  readonly onMessage?: ((text: string) => void) | undefined;
}

/**
 * Writes data and configuration into a new run folder, or checks that a folder which has them holds just this training.
 * The configuration is written last, so a folder that was left half prepared is prepared again. A folder that another
 * version began by a recipe of other figures goes on with its own, and that is said.
 *
 * @throws TrainBridgeError `OTHER_CONFIGURATION`, `DATA_CHANGED`, `NOT_A_TRAINING`, `BAD_ROWS`
 */
export async function prepareRun(input: PrepareRunInput): Promise<TrainConfig> {
  const there = await readTrainConfig(input.folder);
  if (there === undefined) return await beginRun(input);
  await checkRun(input, there);
  return there;
}

/** The configuration of a run folder; undefined where it has none. */
export async function readTrainConfig(folder: string): Promise<TrainConfig | undefined> {
  const { config } = nameRunFiles(folder);
  if (!(await pathExists(config))) return undefined;
  try {
    return trainConfigSchema.parse(JSON.parse(await readFile(config, 'utf8')));
  } catch (error) {
    throw new TrainBridgeError({
      code: 'NOT_A_TRAINING',
      kind: 'request',
      what: `'${config}' is not the configuration of a training.`,
      why: excerpt(error instanceof Error ? error.message : String(error)),
      next: 'Give another --out.',
      fields: { config },
      cause: error,
    });
  }
}

async function beginRun(input: PrepareRunInput): Promise<TrainConfig> {
  const { folder, recipe, seed, steps, dataFile, command, signal, onMessage } = input;
  const files = nameRunFiles(folder);
  await refuseStrangeFolder(folder);
  const rows = dataFile === undefined ? makeRows(recipe, { seed, steps }) : readRows(dataFile, recipe.kind);
  onMessage?.(`Writing the rows to train on into ${files.data}.`);
  const data = { file: 'data/train.jsonl', ...(await writeRows(files.data, rows, signal)) };
  const config = makeConfig(input, data);
  await writeProvenance(folder, {
    format: 1,
    recipe: recipe.name,
    command,
    seed,
    data: { ...data, ...(dataFile === undefined ? { source: 'generated' } : { source: 'file', path: dataFile }) },
    sessions: [],
    configHash: null,
    metrics: null,
  });
  await writeFileAtomic(files.config, `${JSON.stringify(config, null, 2)}\n`);
  return config;
}

function makeRows(
  recipe: Recipe,
  { seed, steps }: Pick<PrepareRunInput, 'seed' | 'steps'>,
): ReturnType<GeneratedRecipe['makeRows']> {
  if (recipe.rows === 'generated') return recipe.makeRows({ seed, count: recipe.countRows(steps ?? recipe.steps) });
  throw new TrainBridgeError({
    code: 'DATA_MISSING',
    kind: 'request',
    what: `Recipe '${recipe.name}' trains on rows of yours, and none are given.`,
    next: `Give --data FILE with one row a line: ${rowForms[recipe.kind]}.`,
    fields: { recipe: recipe.name },
  });
}

function makeConfig({ recipe, seed, steps }: PrepareRunInput, data: TrainConfig['data']): TrainConfig {
  const run = `${recipe.name}-${seed}-${digest([recipe.name, seed, steps, data.sha256]).slice(0, 8)}`;
  return recipe.makeConfig({ run, seed, steps, data, modelPath: undefined });
}

/** Of rows that are generated. */
function countRows({ recipe, steps }: PrepareRunInput, begun: Provenance | undefined): number | undefined {
  if (recipe.rows === 'file' || begun?.data.source !== 'generated') return undefined;
  return recipe.countRows(steps ?? recipe.steps);
}

async function checkRun(input: PrepareRunInput, there: TrainConfig): Promise<void> {
  const { folder, recipe, dataFile, onMessage } = input;
  const begun = await readProvenance(folder);
  const source = dataFile === undefined ? 'generated' : 'file';
  const data =
    dataFile === undefined
      ? // Rows are generated once: a later version of the generators does not change a run that has begun.
        { ...there.data, rows: countRows(input, begun) ?? there.data.rows }
      : { ...there.data, sha256: await hashFileOfRows(dataFile, there) };
  const differences = diffIdentities({
    there: { ...there, run: '', recipe: begun?.recipe ?? recipe.name, source: begun?.data.source ?? source },
    asked: { ...makeConfig(input, data), run: '', recipe: recipe.name, source },
  });
  const list = differences.map(({ path, there, asked }) => `${path}: ${there ?? 'not set'} -> ${asked ?? 'not set'}`);
  if (begun === undefined ? differences.length > 0 : differences.some(({ path }) => askedPaths.has(path))) {
    throw new TrainBridgeError({
      code: 'OTHER_CONFIGURATION',
      kind: 'request',
      what: `'${folder}' holds a training with another configuration.`,
      why: `${list.length === 1 ? 'This differs' : 'These differ'} (there -> asked): ${list.join('; ')}.`,
      next: 'Run the command that began it to go on, or give another --out.',
      fields: { folder, differences },
    });
  }
  await checkData(folder, there);
  if (differences.length === 0) return;
  onMessage?.(
    `This version's recipe ${recipe.name} is not the one that this folder was begun with${describeVersion(begun)}; the ` +
      `folder's own is kept. What differs (there -> here): ${list.join('; ')}.`,
  );
}

/** What a command line asks for. All else is the recipe's, and may differ from version to version. */
const askedPaths: ReadonlySet<string> = new Set(['recipe', 'seed', 'maxSteps', 'source', 'data.sha256']);

function describeVersion(begun: Provenance | undefined): string {
  const versions = begun?.sessions[0]?.versions;
  if (versions?.scalequest == null) return '';
  return ` (by ScaleQuest ${versions.scalequest}${versions.git == null ? '' : `, commit ${versions.git}`})`;
}

/** The file may have been written by hand, with other spaces: its rows are what counts, as they would be written here. */
async function hashFileOfRows(dataFile: string, there: TrainConfig): Promise<string> {
  if ((await hashFile(dataFile)) === there.data.sha256) return there.data.sha256;
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for await (const row of readRows(dataFile, there.kind)) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}

async function checkData(folder: string, { data }: TrainConfig): Promise<void> {
  const file = nameRunFiles(folder).data;
  const sha256 = await hashFile(file);
  if (sha256 === data.sha256) return;
  throw new TrainBridgeError({
    code: 'DATA_CHANGED',
    kind: 'request',
    what: `'${file}' is not what the training began with.`,
    why: `Its SHA-256 is ${sha256.slice(0, 12)}…, and ${data.sha256.slice(0, 12)}… was recorded.`,
    next: 'Put the file back, or give another --out.',
    fields: { file, sha256, recorded: data.sha256 },
  });
}

/** What a training that was stopped before its configuration stood may have left. */
const ownNames = /^(data|control|provenance\.json(\..*\.tmp)?|train\.json\..*\.tmp|run\.\d+-[0-9a-f]+\.lock(\.tmp)?)$/;

async function refuseStrangeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw asFileError(error, { path: folder, action: 'written' });
  }
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
