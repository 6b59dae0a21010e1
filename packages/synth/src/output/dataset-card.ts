import { digest, sha256Hex } from '@scalequest/core';
import { listBenchmarks } from '@scalequest/datasets';
import type { Versions } from '../engine/session.ts';
import type { ContaminationReport } from '../stages/report-contamination.ts';
import type { Column, ColumnType, Flat } from './columns.ts';
import { hideInText, hideLocal } from './hide-local.ts';
import { type FunnelStage, listDecontaminations, type RunSummary } from './summarize-run.ts';
import type { DatasetConfig } from './write-dataset.ts';

/** A model that a recipe asks, for the card. */
export interface CardModel {
  /** Such as `Qwen/Qwen2-Math-7B-Instruct`. @defaultValue the one that answered in the run */
  readonly name?: string;
  /** An identifier of SPDX or a sentence. */
  readonly licence?: string;
  readonly url?: string;
  /** Prices of a million tokens. */
  readonly price?: { readonly currency: string; readonly input: number; readonly output: number };
}

/** What the card says and no run folder knows. */
export interface CardDetails {
  /** @defaultValue the recipe's name */
  readonly title?: string;
  /** One that the hub knows, such as `apache-2.0`, or `other`. @defaultValue none is claimed, and the card says so */
  readonly licence?: string;
  /** ISO 639-1. @defaultValue `['en']` */
  readonly languages?: readonly string[];
  /** Beside `synthetic` and `scalequest`. @defaultValue none */
  readonly tags?: readonly string[];
  /** By the role that the recipe gives them. */
  readonly models?: Readonly<Record<string, CardModel>>;
  /** Of what writes the dataset, such as `{ scalequest: '0.1.0', node: 'v20.20.0' }`. */
  readonly versions?: Versions;
  /** More that a user of the dataset should know, as sentences. */
  readonly limits?: readonly string[];
}

export interface DatasetCardInput {
  readonly summary: RunSummary;
  readonly configs: readonly DatasetConfig[];
  readonly examples: readonly Flat[];
  readonly details: CardDetails;
  /** Of the run's decontaminations, those of the user's own left out. @defaultValue none */
  readonly contaminations?: readonly ContaminationReport[];
  /** What each role has cost by the prices that the run was given. @defaultValue nothing is known */
  readonly spent?: Readonly<Record<string, number>>;
  /** What ran the sessions of the run. @defaultValue nothing is known */
  readonly madeWith?: readonly Versions[];
}

/** The README.md of a dataset: the header that the hub reads, and for people where every row comes from and what was lost. */
export function renderDatasetCard(input: DatasetCardInput): string {
  const { summary, configs, examples, details } = input;
  const { title = summary.recipe } = details;
  const form = summary.form === undefined ? '' : ` (${summary.form})`;
  const parts = [
    renderHeader(configs, { summary, details }),
    `# ${inline(title)}\n\n${inline(hideInText(summary.description))}`,
    `Made by the recipe \`${summary.recipe}\`${inline(form)} of ScaleQuest: ${number(summary.acceptedRows)} of ${count(summary.startedRows, 'row')} that were begun.`,
    renderUnfinished(summary),
    `## Columns\n\n${configs.map(renderColumns).join('\n\n')}`,
    renderFunnel(summary),
    renderGenerators(summary),
    renderCosts(input),
    renderModels(summary, details),
    renderSources(summary),
    renderContamination(input),
    renderExamples(examples),
    renderProvenance(input),
    renderLimits(details),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function renderHeader(
  configs: readonly DatasetConfig[],
  { summary, details }: { readonly summary: RunSummary; readonly details: CardDetails },
): string {
  const { licence, languages = ['en'], tags = [], title = summary.recipe } = details;
  const lines = [
    '---',
    `pretty_name: ${JSON.stringify(title)}`,
    ...(licence === undefined ? [] : [`license: ${JSON.stringify(licence)}`]),
    'language:',
    ...languages.map((language) => `- ${JSON.stringify(language)}`),
    'task_categories:',
    '- text-generation',
    'tags:',
    ...[...new Set(['synthetic', 'scalequest', summary.recipe, ...tags])].map((tag) => `- ${JSON.stringify(tag)}`),
    'size_categories:',
    `- ${sizeCategory(summary.acceptedRows)}`,
    'configs:',
    ...configs.flatMap(({ name, files }) => [
      `- config_name: ${name}`,
      ...(name === 'default' ? ['  default: true'] : []),
      '  data_files:',
      '  - split: train',
      `    path: ${files[0]?.split('/')[0]}/train-*.parquet`,
    ]),
    'dataset_info:',
    ...configs.flatMap(({ name, columns, rows, bytes, fileBytes }) => [
      `- config_name: ${name}`,
      '  features:',
      ...columns.flatMap(renderFeature),
      '  splits:',
      '  - name: train',
      `    num_bytes: ${bytes}`,
      `    num_examples: ${rows}`,
      `  download_size: ${fileBytes}`,
      `  dataset_size: ${bytes}`,
    ]),
    '---',
  ];
  return lines.join('\n');
}

const hubTypes: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  json: 'string',
  integer: 'int64',
  number: 'float64',
  boolean: 'bool',
  texts: 'string',
  numbers: 'float64',
};

function renderFeature({ name, type }: Column): readonly string[] {
  const key = type === 'texts' || type === 'numbers' ? 'list' : 'dtype';
  return [`  - name: ${JSON.stringify(name)}`, `    ${key}: ${hubTypes[type]}`];
}

/** In the steps that the hub knows. */
export function sizeCategory(rows: number): string {
  const steps = ['1K', '10K', '100K', '1M', '10M', '100M', '1B', '10B', '100B', '1T'];
  const sizes = steps.map((_, place) => 1000 * 10 ** place);
  const above = sizes.findIndex((size) => rows < size);
  if (above === 0) return 'n<1K';
  return above < 0 ? 'n>1T' : `${steps[above - 1]}<n<${steps[above]}`;
}

const meanings: Readonly<Record<string, string>> = {
  id: 'the place of the row in the output of its generator, for ever the same',
  generator: 'who asked the question',
  query: 'the question',
  response: 'the answer that was selected',
  answer: 'the final answer in the response, null where none was found',
  difficulty: 'from 0 to 1, the hardest at 1',
  verdict: 'what the judge of solvability said',
  rewards: 'scores of the reward model, one for each response that was sampled',
  selected_by: 'how the response was selected',
  selected_position: 'which of the samples was selected, from 0: its score is the one of `rewards` at this place',
  majority_share: 'the share of the samples whose answer is the same as that of the response',
  direction: 'what the rewriter was asked to change',
  rewritten: 'the rewritten question',
  stage: 'the stage that dropped the row',
  reason: 'why',
  because: 'what was seen, as JSON; `of` is the row that it repeats',
  responses: 'every response that was sampled',
  checks: 'what the verifier said of each of them',
};

function renderColumns({ name, rows, columns, files }: DatasetConfig): string {
  const list = columns.map(
    (column) =>
      `| \`${column.name}\` | ${column.type === 'json' ? 'JSON as text' : `${hubTypes[column.type]}${column.type === 'texts' || column.type === 'numbers' ? ', a list' : ''}`} | ${meanings[column.name] ?? ''} |`,
  );
  const head = `Configuration \`${name}\`: ${count(rows, 'row')} in ${count(files.length, 'file')}.`;
  return [head, '', '| column | holds | |', '| --- | --- | --- |', ...list].join('\n');
}

function renderFunnel({ stages, acceptedRows, surplusRows }: RunSummary): string {
  const rows = stages.map((stage) => {
    const share = stage.rows === 0 ? '' : `${((stage.kept / stage.rows) * 100).toFixed(1)} %`;
    return `| ${inline(stage.stage)} | ${number(stage.rows)} | ${number(stage.kept)} | ${share} | ${listReasons(stage.dropped)} |`;
  });
  return [
    '## From the first row to the last',
    '',
    'Of the shards that the rows above come from. A stage in which no row is dropped gives fields only.',
    '',
    '| stage | rows in | kept | share | dropped, by reason |',
    '| --- | ---: | ---: | ---: | --- |',
    ...rows,
    `| **in the dataset** | | **${number(acceptedRows)}** | | ${surplusRows === 0 ? '' : `${count(surplusRows, 'row')} that passed came after enough others`} |`,
  ].join('\n');
}

function listReasons(dropped: Readonly<Record<string, number>>): string {
  return Object.entries(dropped)
    .map(([reason, rows]) => `${inline(reason)} ${number(rows)}`)
    .join(', ');
}

function renderGenerators({ stages, accepted }: RunSummary): string {
  const names = Object.keys(accepted);
  if (names.length < 2) return '';
  const rows = stages.flatMap(({ stage, generators }) =>
    names.flatMap((name) => {
      const counts = generators[name];
      if (counts === undefined) return [];
      return [
        `| ${inline(stage)} | ${inline(name)} | ${number(counts.rows)} | ${number(counts.kept)} | ${listReasons(counts.dropped)} |`,
      ];
    }),
  );
  const list = names.map((name) => `${inline(name)} ${number(accepted[name] ?? 0)}`).join(', ');
  return [
    '### By generator',
    '',
    `In the dataset: ${list}.`,
    '',
    '| stage | generator | rows in | kept | dropped, by reason |',
    '| --- | --- | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}

function renderCosts({ summary: { stages }, details: { models = {} }, spent = {} }: DatasetCardInput): string {
  const asked = stages.filter(({ usage }) => usage.requests > 0);
  if (asked.length === 0) return '';
  const isPriced = Object.values(models).some(({ price }) => price !== undefined);
  const rows = asked.map((stage) => {
    const { requests, promptTokens, completionTokens } = stage.usage;
    const cost = isPriced ? ` ${describeCost(stage, models)} |` : '';
    return `| ${inline(stage.stage)} | ${stage.models.map(inline).join(', ')} | ${number(requests)} | ${number(promptTokens)} | ${number(completionTokens)} |${cost}`;
  });
  const costs = Object.entries(spent);
  const all = costs.reduce((sum, [, cost]) => sum + cost, 0);
  const list = costs.map(([role, cost]) => `${inline(role)} ${amount(cost)}`).join(', ');
  return [
    '## Tokens and costs',
    '',
    'Of the whole run, rows that are not in the dataset included; of requests that were repeated, the answer that counts.',
    '',
    `| stage | models | requests | tokens in | tokens out |${isPriced ? ' cost |' : ''}`,
    `| --- | --- | ---: | ---: | ---: |${isPriced ? ' ---: |' : ''}`,
    ...rows,
    ...(costs.length === 0
      ? []
      : ['', `By the prices that the run was given, requests that were repeated included: ${amount(all)} (${list}).`]),
  ].join('\n');
}

/** Tokens are counted by stage: where its models have several prices, no sum can be given. */
function describeCost({ models: roles, usage }: FunnelStage, models: Readonly<Record<string, CardModel>>): string {
  const prices = roles.map((role) => models[role]?.price);
  const [price] = prices;
  if (price === undefined || prices.some((one) => digest(one ?? null) !== digest(price))) return 'not known';
  const total = (usage.promptTokens * price.input + usage.completionTokens * price.output) / 1e6;
  return `${amount(total)} ${inline(price.currency)}`;
}

function amount(cost: number): string {
  return inline(cost > 0 && cost < 0.01 ? '<0.01' : cost.toLocaleString('en-US', { maximumFractionDigits: 2 }));
}

/** Models that ship with ScaleQuest. */
const ownLicences: Readonly<Record<string, string>> = { 'nano-asker': 'Apache-2.0', 'nano-solver': 'Apache-2.0' };

function renderModels({ stages, identity }: RunSummary, { models = {} }: CardDetails): string {
  const roles = [...new Set([...stages.flatMap((stage) => stage.models), ...Object.keys(models)])];
  if (roles.length === 0) return '';
  const answered = (identity.models ?? {}) as Readonly<Record<string, { readonly name?: string } | undefined>>;
  const rows = roles.map((role) => {
    const model = models[role];
    const known = model?.name ?? answered[role]?.name;
    const name = known === undefined ? 'not named' : inline(hideInText(known));
    const linked = model?.url === undefined ? name : `[${name}](${encodeURI(hideInText(model.url))})`;
    const licence = model?.licence ?? ownLicences[known ?? ''] ?? 'not said';
    const asking = stages.filter((stage) => stage.models.includes(role)).map(({ stage }) => stage);
    return `| ${inline(role)} | ${linked} | ${inline(licence)} | ${asking.map(inline).join(', ')} |`;
  });
  return [
    '## Models and their licences',
    '',
    '| role | model | licence | asked in |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'What a model may be used for binds what it wrote: read the licences before you train on these rows.',
  ].join('\n');
}

/** Data sets whose questions the rows began with. */
function renderSources({ identity }: RunSummary): string {
  const settings = listStages(identity).map((one) => one.settings?.sources);
  const sources = settings.find((one) => typeof one === 'object' && one !== null) ?? {};
  const names = Object.entries(sources as Readonly<Record<string, { readonly dataset?: unknown } | undefined>>).flatMap(
    ([generator, source]) => (typeof source?.dataset === 'string' ? [[generator, source.dataset] as const] : []),
  );
  if (names.length === 0) return '';
  const rows = names.map(
    ([generator, name]) => `| ${inline(generator)} | ${inline(name)} | ${inline(findLicence(name))} |`,
  );
  return ['## Data that it began with', '', '| generator | data set | licence |', '| --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function findLicence(benchmark: string): string {
  return listBenchmarks().find(({ name }) => name === benchmark)?.licence ?? 'not known';
}

function renderContamination(input: DatasetCardInput): string {
  const { summary, configs } = input;
  const names = listDecontaminations(summary);
  const stages = summary.stages.filter(({ stage }) => names.includes(stage));
  const parts = ['## Checked for contamination', ...stages.map((stage) => renderCheck(stage, input))];
  if (stages.length === 0)
    parts.push('Nothing was: the recipe has no stage that compares rows with the problems of benchmarks.');
  else if (configs.some(({ name }) => name === 'rejected'))
    parts.push('Rows of the configuration `rejected` that an earlier stage dropped were not compared.');
  return parts.join('\n\n');
}

function renderCheck(
  { stage, rows, dropped }: FunnelStage,
  { summary, contaminations = [] }: Pick<DatasetCardInput, 'summary' | 'contaminations'>,
): string {
  const told = `Stage \`${stage}\` compared ${count(rows, 'row')} with the problems of the benchmarks in its settings and dropped ${number(dropped.contaminated ?? 0)} as contaminated.`;
  const found = contaminations.find((one) => one.stage === stage);
  if (found === undefined) {
    const settings = hideLongTexts(hideLocal(findSettings(summary.identity, stage)));
    return `${told}\n\nIts settings:\n\n${fence(JSON.stringify(settings, null, 2), 'json')}`;
  }
  const { benchmarks, notChecked, renumbered } = found;
  const lines = benchmarks.map(({ benchmark, problems, problemsFound, rowsDropped }) => {
    const all = Object.values(rowsDropped).reduce((sum, one) => sum + one, 0);
    const size = problems === undefined ? 'not pinned' : number(problems);
    return `| ${inline(benchmark)} | ${size} | ${number(problemsFound)} | ${number(all)} | ${inline(findLicence(benchmark))} |`;
  });
  return [
    told,
    '',
    'Found are its problems whatever their case, white space and punctuation, as a whole and by 13 words in sequence' +
      `${renumbered ? '; also with other numbers' : ''}. Of the whole run, rows that are not in the dataset included:`,
    '',
    '| benchmark | problems | of them found | rows dropped | licence of the benchmark |',
    '| --- | ---: | ---: | ---: | --- |',
    ...lines,
    ...(notChecked.length === 0 ? [] : ['', `**Not compared with: ${notChecked.map(inline).join(', ')}.**`]),
  ].join('\n');
}

function renderExamples(examples: readonly Flat[]): string {
  if (examples.length === 0) return '';
  const shown = examples.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? shorten(value, 2000) : value]),
    ),
  );
  return `## Examples\n\n${shown.map((row) => fence(JSON.stringify(row, null, 2), 'json')).join('\n\n')}`;
}

function formatVersions(versions: Versions): string {
  return Object.entries(versions)
    .flatMap(([name, version]) => (version === null ? [] : [`${inline(name)} ${inline(version)}`]))
    .join(', ');
}

function renderProvenance({ summary: { seed, identity }, details, madeWith = [] }: DatasetCardInput): string {
  const hashes = listHashes(identity);
  const { seed: _, ...recipe } = identity;
  const shown = hideLongTexts(hideLocal(recipe));
  const written = formatVersions(details.versions ?? {});
  const lines = [
    '## Provenance',
    '',
    `- Recipe's digest: \`${digest(recipe)}\``,
    `- Seed: ${seed}`,
    ...madeWith.map((versions) => `- Made with ${formatVersions(versions)}`),
    ...(written === '' ? [] : [`- Written with ${written}`]),
    '',
    'A row is known by its `id`: generator and place. Which rows are in the dataset is decided by that order, never by a clock.',
  ];
  if (hashes.length > 0)
    lines.push('', 'Prompts and other texts that decide, by SHA-256:', '', ...hashes.map((line) => `- ${line}`));
  lines.push(
    '',
    '<details><summary>The recipe with its settings</summary>',
    '',
    fence(JSON.stringify(shown, null, 2), 'json'),
    '',
    '</details>',
  );
  return lines.join('\n');
}

function renderLimits({ licence, limits = [] }: CardDetails): string {
  const lines = [
    'Questions and responses were written by models. A response that was selected is not a proof: final answers were not checked by people.',
    'Duplicates and contamination were looked for as far as the stages above do, and no further.',
    ...(licence === undefined ? ['No licence was given for this dataset. Ask whoever published it.'] : []),
    ...limits,
  ];
  return `## Limits\n\n${lines.map((line) => `- ${inline(line)}`).join('\n')}`;
}

/** At the head, where nobody overlooks it. */
function renderUnfinished({ unfinished }: RunSummary): string {
  if (unfinished.length === 0) return '';
  const list = unfinished.map(({ generator, accepted, wanted }) =>
    wanted === 'all'
      ? `generator ${generator} gave ${count(accepted, 'row')} and was not at its end`
      : `generator ${generator} gave ${number(accepted)} of the ${number(wanted)} rows that were wanted`,
  );
  return `> **Not finished.** When this was written, ${list.join(', ')}: the run was not at its end, or the generator was.`;
}

interface StageIdentity {
  readonly stage?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

function listStages(identity: Readonly<Record<string, unknown>>): readonly StageIdentity[] {
  return Array.isArray(identity.stages) ? (identity.stages as readonly StageIdentity[]) : [];
}

function findSettings(identity: Readonly<Record<string, unknown>>, stage: string): unknown {
  return listStages(identity).find((one) => one.stage === stage)?.settings ?? {};
}

/** `respond, prompt solve-math 1 (own): <hash>`, of prompts, of texts that are hashes already and of long ones. */
function listHashes(identity: Readonly<Record<string, unknown>>): readonly string[] {
  const lines: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      const hash = /^[0-9a-f]{64}$/.test(value) ? value : value.length > longText ? sha256Hex(value) : undefined;
      if (hash !== undefined) lines.push(`${inline(path)}: \`${hash}\``);
    } else if (typeof value === 'object' && value !== null) {
      const { name, version, origin, sha256, ...others } = value as Readonly<Record<string, unknown>>;
      const isPrompt = typeof name === 'string' && origin !== undefined && typeof sha256 === 'string';
      if (isPrompt) walk(sha256, `${path} ${name} ${version} (${origin})`);
      for (const [key, each] of Object.entries(isPrompt ? others : value)) walk(each, `${path} ${key}`);
    }
  };
  for (const one of listStages(identity)) walk(one.settings, `${one.stage ?? ''},`);
  return lines;
}

const longText = 200;

/** Prompts stand in the card by their hash. */
function hideLongTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longText ? `sha256:${sha256Hex(value)}` : value;
  if (Array.isArray(value)) return value.map(hideLongTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideLongTexts(each)]));
}

/** A fence longer than any that the text holds. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}

/** Text in a line or a cell of a table, with nothing in it that Markdown or HTML reads. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|#]/g, (mark) => `\\${mark}`)
    .replaceAll('\\_', '_');
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}
