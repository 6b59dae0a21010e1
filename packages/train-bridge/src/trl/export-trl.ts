import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asFileError, pathExists } from '@scalequest/core';
import { z } from 'zod';
import type { TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig, TrainKind } from '../config/train-config.ts';
import type { TrainRow } from '../config/train-row.ts';
import { TrainBridgeError } from '../errors.ts';
import { findRecipe } from '../recipes/find-recipe.ts';
import { nameBase } from '../run/base-model.ts';
import { findData } from '../run/data-source.ts';
import { findModel, lookAt } from '../run/model-source.ts';
import { countGeneratedRows, planConfig } from '../run/plan-config.ts';
import { readTrainConfig } from '../run/read-train-config.ts';
import { refuseNoTraining } from '../run/refuse-no-training.ts';
import { nameRunFiles } from '../run/run-files.ts';
import { readRows } from '../run/write-rows.ts';
import { pythonFolder } from '../worker-files.ts';
import { type TrlCommand, translateConfig } from './trl-config.ts';
import { type PrefixText, translateRow } from './trl-rows.ts';
import { writeYaml } from './write-yaml.ts';

export interface ExportTrlOptions {
  /** A recipe, or the run folder of a training. */
  readonly source: string;
  /** New or empty. */
  readonly out: string;
  readonly model?: string | undefined;
  readonly dataFile?: string | undefined;
  readonly seed?: number | undefined;
  readonly steps?: number | undefined;
  readonly settings?: TrainSettings | undefined;
}

export interface ExportTrlResult {
  readonly configFile: string;
  readonly dataFile: string;
  readonly rows: number;
  /** To type, in the folder. */
  readonly command: string;
  /** What cannot be said in TRL's words, as sentences. */
  readonly notes: readonly string[];
}

const commands: Readonly<Record<TrainKind, TrlCommand | undefined>> = {
  sft: 'sft',
  dpo: 'dpo',
  reward: 'reward',
  grpo: 'grpo',
  regression: undefined,
};

/**
 * Writes a training for TRL's own command line (1.16): a YAML file and the rows in TRL's columns.
 *
 * @throws TrainBridgeError `NO_TRL` for what TRL has no command for, and what `train` throws for a wrong request
 */
export async function exportTrl(options: ExportTrlOptions): Promise<ExportTrlResult> {
  const out = resolve(options.out);
  const { config, rows, command, modelPath } = await readSource(options);
  const prefix = await readPrefix(config, modelPath);
  await prepareFolder(out);
  const dataFile = join(out, 'train.jsonl');
  const written = await writeTrlRows(dataFile, { rows, config, prefix });
  const translated = translateConfig({
    config: { ...config, data: { ...config.data, rows: written.rows } },
    command,
    modelPath,
    dataFile,
    outputFolder: join(out, 'model'),
  });
  const configFile = join(out, `${command}.yaml`);
  await write(configFile, writeYaml(translated.config));
  if (command === 'grpo') await copyFile(join(pythonFolder, 'scalequest_reward.py'), join(out, 'scalequest_reward.py'));
  const notes = [...translated.notes];
  if (written.left > 0) notes.push(`${written.left} rows of weighted pieces have no columns in TRL and are left out.`);
  return {
    configFile,
    dataFile,
    rows: written.rows,
    command: `trl ${command} --config ${basename(configFile)}`,
    notes,
  };
}

interface Source {
  readonly config: TrainConfig;
  readonly rows: Iterable<TrainRow> | AsyncIterable<TrainRow>;
  readonly command: TrlCommand;
  readonly modelPath: string;
}

async function readSource(options: ExportTrlOptions): Promise<Source> {
  if ((await lookAt(resolve(options.source))) === 'folder') {
    const folder = resolve(options.source);
    const config = await readTrainConfig(folder);
    if (config === undefined) throw refuseNoTraining(options.source);
    refuseChange(options);
    const loaded = config.model.kind === 'load' ? resolve(folder, config.model.path) : undefined;
    const command = findCommand(config.kind);
    const modelPath = await findTrlModel(options.model ?? loaded);
    return { config, rows: readRows(nameRunFiles(folder).data, config.kind), command, modelPath };
  }
  const recipe = findRecipe(options.source);
  const seed = options.seed ?? 0;
  const plan = { recipe, seed, steps: options.steps, settings: options.settings ?? {} };
  nameBase({ recipe, given: options.model, embedded: undefined });
  const command = findCommand(recipe.kind);
  const modelPath = await findTrlModel(options.model);
  const data = options.dataFile === undefined ? undefined : await findData(options.dataFile);
  const count = data === undefined ? countGeneratedRows(plan) : await countRows(data.file, recipe.kind);
  const config = planConfig(plan, {
    data: { file: 'train.jsonl', rows: count, sha256: '0'.repeat(64) },
    modelPath,
  });
  const rows =
    data !== undefined
      ? readRows(data.file, recipe.kind)
      : recipe.rows === 'generated'
        ? recipe.makeRows({ seed, count })
        : [];
  return { config, rows, command, modelPath };
}

/** What was trained in a folder is exported as it was. */
function refuseChange({ source, dataFile, seed, steps, settings = {} }: ExportTrlOptions): void {
  const asked = { '--data': dataFile, '--seed': seed, '--steps': steps, '--set': Object.keys(settings)[0] };
  const [flag] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw refuse(
    `'${source}' is a run folder, whose training is exported as it was, and ${flag} asks for another.`,
    `Leave ${flag} out, or name a recipe.`,
  );
}

function findCommand(kind: TrainKind): TrlCommand {
  const command = commands[kind];
  if (command !== undefined) return command;
  throw refuse('TRL trains no regression.', 'Train it with `scalequest train`.');
}

async function countRows(file: string, kind: TrainKind): Promise<number> {
  let count = 0;
  for await (const _ of readRows(file, kind)) count++;
  return count;
}

async function findTrlModel(model: string | undefined): Promise<string> {
  const found = model === undefined ? undefined : await findModel(model);
  if (found !== undefined && found.source !== 'gguf') return found.path;
  throw refuse(
    found === undefined
      ? 'TRL begins with a model in a folder, and none was given.'
      : `TRL cannot begin with the GGUF file '${found.path}'.`,
    'Give --model a folder as transformers writes it, or the run folder of a training.',
  );
}

const prefixSchema = z.object({ prefix: z.string(), end: z.string() });

/** The prefix of a raw template is in the configuration. That of the chat template is known where a generator was trained before. */
async function readPrefix({ kind, template }: TrainConfig, modelPath: string): Promise<PrefixText | undefined> {
  if (template === undefined || template.kind === 'chat' || kind === 'grpo') return undefined;
  if (template.kind === 'raw') return template;
  const path = join(modelPath, 'prefix.json');
  if (await pathExists(path)) return prefixSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  throw refuse(
    "The bare prefix of the model's chat template is not known here, and TRL must be given it as text.",
    "Name it: --set template.kind=raw --set 'template.prefix=\"<|im_start|>user\\n\"' --set 'template.end=<|im_end|>'.",
  );
}

async function prepareFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
  } catch (error) {
    throw asFileError(error, { path: out, action: 'written' });
  }
  const there = (await readdir(out))[0];
  if (there === undefined) return;
  throw refuse(`'${out}' is not empty: it holds '${there}'.`, 'Give another --out.');
}

interface WriteInput {
  readonly rows: Source['rows'];
  readonly config: TrainConfig;
  readonly prefix: PrefixText | undefined;
}

async function writeTrlRows(
  path: string,
  { rows, config, prefix }: WriteInput,
): Promise<{ readonly rows: number; readonly left: number }> {
  const counts = { rows: 0, left: 0 };
  async function* toLines(): AsyncGenerator<string> {
    for await (const row of rows) {
      const translated = translateRow(row, config, prefix);
      if (translated === undefined) {
        counts.left++;
        continue;
      }
      counts.rows++;
      yield `${JSON.stringify(translated)}\n`;
    }
  }
  try {
    await pipeline(Readable.from(toLines()), createWriteStream(path));
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
  if (counts.rows === 0) throw refuse('TRL has columns for none of the rows.', 'Train it with `scalequest train`.');
  return counts;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw asFileError(error, { path, action: 'written' });
  }
}

function refuse(what: string, next: string): TrainBridgeError {
  return new TrainBridgeError({ code: 'NO_TRL', kind: 'request', what, next, fields: {} });
}
