import { hashFile } from '@scalequest/core';
import { diffIdentities, type IdentityDifference } from '@scalequest/runs';
import { applySettings, type TrainSettings, unhashedKeys } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import { TrainBridgeError } from '../errors.ts';
import { nameBase } from './base-model.ts';
import { countGeneratedRows, planConfig } from './plan-config.ts';
import type { PreparedInput } from './prepare-run.ts';
import { type Provenance, readProvenance, writeProvenance } from './provenance.ts';
import { writeTrainConfig } from './read-train-config.ts';
import { nameRunFiles } from './run-files.ts';
import { readRows } from './write-rows.ts';

/**
 * Whether a run folder holds the training that is asked for. Settings that change no weights may be others than before: the
 * folder takes them on.
 *
 * @returns the configuration to go on with
 * @throws TrainBridgeError `OTHER_CONFIGURATION`, `DATA_CHANGED`
 */
export async function checkRun(prepared: PreparedInput, there: TrainConfig): Promise<TrainConfig> {
  const { folder, settings, onMessage } = prepared.input;
  const begun = await readProvenance(folder);
  const differences = await compare(prepared, there, begun);
  const list = differences.map(({ path, there, asked }) => `${path}: ${there ?? 'not set'} -> ${asked ?? 'not set'}`);
  if (begun === undefined ? differences.length > 0 : differences.some(({ path }) => isAsked(path))) {
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
  if (differences.length > 0) {
    onMessage?.(
      `This version's recipe ${prepared.input.recipe.name} is not the one that this folder was begun with${describeVersion(begun)}; the ` +
        `folder's own is kept. What differs (there -> here): ${list.join('; ')}.`,
    );
  }
  return begun === undefined ? there : await takeUnhashed({ folder, there, settings, begun, onMessage });
}

async function compare(
  { input, plan, base, data }: PreparedInput,
  there: TrainConfig,
  begun: Provenance | undefined,
): Promise<IdentityDifference[]> {
  const source = data === undefined ? 'generated' : 'file';
  const asks = data === undefined && begun?.data.source === 'generated';
  const rows =
    data === undefined
      ? // Rows are generated once: a later version of the generators does not change a run that has begun.
        { ...there.data, rows: asks && plan.recipe.rows === 'generated' ? countGeneratedRows(plan) : there.data.rows }
      : { ...there.data, sha256: await hashFileOfRows(data.file, there) };
  const model = nameBase(base) ?? null;
  const before = begun?.model?.given ?? null;
  const modelPath = model === before ? begun?.model?.path : (model ?? undefined);
  const asked = planConfig({ ...plan, settings: pickHashed(input.settings) }, { data: rows, modelPath });
  return diffIdentities({
    there: {
      ...there,
      run: '',
      recipe: begun?.recipe ?? input.recipe.name,
      source: begun?.data.source ?? source,
      '--model': before,
      '--set': pickHashed(begun?.settings ?? {}),
    },
    asked: {
      ...asked,
      ...pickUnhashed(there),
      run: '',
      recipe: input.recipe.name,
      source,
      '--model': model,
      '--set': pickHashed(input.settings),
    },
  });
}

function isUnhashed(key: string): boolean {
  return unhashedKeys.has(key.split('.')[0] ?? '');
}

function pickHashed(settings: TrainSettings): TrainSettings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !isUnhashed(key)));
}

function pickUnhashed(config: TrainConfig): Partial<TrainConfig> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => isUnhashed(key)));
}

/** What a command line asks for. All else is the recipe's, and may differ from version to version. */
const askedPaths = /^(recipe|seed|maxSteps|source|data\.sha256|--model|--set($|\.).*)$/;

function isAsked(path: string): boolean {
  return askedPaths.test(path);
}

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

interface TakeInput {
  readonly folder: string;
  readonly there: TrainConfig;
  readonly settings: TrainSettings;
  readonly begun: Provenance;
  readonly onMessage: ((text: string) => void) | undefined;
}

/** Goes on with another thread, part size or checkpoint interval, where one is asked for. */
async function takeUnhashed({ folder, there, settings, begun, onMessage }: TakeInput): Promise<TrainConfig> {
  const wanted = Object.fromEntries(Object.entries(settings).filter(([key]) => isUnhashed(key)));
  const config = applySettings(there, wanted);
  const changed = diffIdentities({ there: { ...there }, asked: { ...config } });
  if (changed.length === 0) return there;
  onMessage?.(
    `Goes on with ${changed.map(({ path, there, asked }) => `${path} ${asked ?? 'not set'} (was ${there ?? 'not set'})`).join(', ')}.`,
  );
  await writeProvenance(folder, { ...begun, settings: { ...begun.settings, ...wanted } });
  await writeTrainConfig(folder, config);
  return config;
}
