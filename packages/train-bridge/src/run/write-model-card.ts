import { basename } from 'node:path';
import { writeFileAtomic } from '@scalequest/core';
import type { TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import type { TrainState } from '../events/train-state.ts';
import { countProcesses, type LauncherChoice } from '../launchers/launcher-choice.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { ModelProvenance, Provenance, Upstream } from './provenance.ts';
import { nameRunFiles } from './run-files.ts';

export interface ModelCardInput {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly config: TrainConfig;
  readonly state: TrainState;
  readonly provenance: Provenance;
}

/** Writes `out/README.md`: what the model is, what made it, its figures, its limits, and how to make it again. */
export async function writeModelCard(input: ModelCardInput): Promise<void> {
  await writeFileAtomic(nameRunFiles(input.folder).card, makeModelCard(input));
}

function makeModelCard({ recipe, config, state, provenance }: ModelCardInput): string {
  const last = provenance.sessions.at(-1);
  const sections = [
    renderHead(config, provenance),
    `# ${config.export?.name ?? config.run}`,
    recipe.summary,
    ...(state.done?.partial === true
      ? [`Not trained to its end: this is the checkpoint of step ${state.step} of ${state.totalSteps ?? 'more'}.`]
      : []),
    '## Make it again',
    `    ${provenance.command}`,
    `ScaleQuest ${last?.versions.scalequest ?? 'unknown'}, commit ${last?.versions.git ?? 'unknown'}. All randomness comes from seed ${config.seed}; another processor or another version of torch rounds differently and gives a slightly different model.`,
    '## Shape',
    describeShape(config, provenance),
    ...describeLineage(provenance),
    '## Training',
    table(listTraining({ config, state, provenance })),
    ...(state.step > 1 ? ['![The course of the training](metrics.svg)'] : []),
    '## Figures of the training',
    table(pickFigures(provenance.metrics ?? {})),
    '## Limits',
    recipe.limits.map((limit) => `- ${limit}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Of an interpreter on a cluster the worker itself has told its versions. */
function readTorch(metrics: Provenance['metrics']): string | undefined {
  const versions = metrics?.versions as { readonly torch?: unknown } | undefined;
  return typeof versions?.torch === 'string' ? versions.torch : undefined;
}

/** Where nothing is exported, the licence of a model that is not from scratch is not known here. */
function renderHead({ export: exported, model }: TrainConfig, { model: base }: Provenance): string {
  const license = exported?.license ?? (model.kind === 'new' ? 'Apache-2.0' : undefined);
  const lines = [
    ...(license === undefined ? [] : [`license: ${license.toLowerCase()}`]),
    'library_name: transformers',
    // JSON is YAML: a path may hold anything.
    ...(base === undefined ? [] : [`base_model: ${JSON.stringify(nameBaseModel(base))}`]),
  ];
  return `---\n${lines.join('\n')}\n---`;
}

function nameBaseModel({ source, given }: ModelProvenance): string {
  return source === 'embedded' ? 'ScaleQuest nano-solver (embedded)' : basename(given);
}

function describeShape({ model, tokenizer }: TrainConfig, { model: base }: Provenance): string {
  const shape =
    model.kind === 'new'
      ? `Llama, trained from scratch: hidden size ${model.hiddenSize}, ${model.layers} layers, ${model.heads} heads, feed-forward size ${model.feedForwardSize}, context ${model.contextLength} tokens.`
      : `Trained further from ${base === undefined ? basename(model.path) : nameBaseModel(base)}, whose shape it has.`;
  const text =
    tokenizer.kind === 'train'
      ? `Byte-level BPE of ${tokenizer.vocabSize} entries, trained on the same rows; ChatML template.`
      : 'Its tokenizer is that of the model it began with.';
  return `${shape}\n\n${text}`;
}

/** The model that it began with, and the trainings that model and rows came from, each under the one that it led to. */
function describeLineage({ model, upstream = [] }: Provenance): string[] {
  if (model === undefined && upstream.length === 0) return [];
  const files = model === undefined ? [] : model.files.filter(({ name }) => /\.(safetensors|bin|gguf)$/.test(name));
  const weights = files.map(({ name, sha256 }) => `- ${name}: SHA-256 ${sha256}`);
  const runs = listUpstream(upstream, 0);
  return [
    '## Lineage',
    ...(weights.length === 0 ? [] : [`The weights that it began with:\n\n${weights.join('\n')}`]),
    ...(runs.length === 0 ? [] : [`It builds on these trainings:\n\n${runs.join('\n')}`]),
  ];
}

function listUpstream(upstream: readonly Upstream[], depth: number): string[] {
  return upstream.flatMap(({ role, recipe, run, seed, configHash, dataSha256, upstream }) => [
    `${'  '.repeat(depth)}- its ${role}: ${run} (${recipe}, seed ${seed}, configuration ${configHash?.slice(0, 12) ?? 'unknown'}, rows ${dataSha256.slice(0, 12)})`,
    ...listUpstream(upstream, depth + 1),
  ]);
}

function listTraining({
  config,
  state,
  provenance,
}: Pick<ModelCardInput, 'config' | 'state' | 'provenance'>): Record<string, string | number> {
  const { optimizer, schedule } = config;
  const last = provenance.sessions.at(-1);
  const sessions = provenance.sessions.length;
  const retries = provenance.retries ?? [];
  return {
    kind: config.kind,
    rows: `${config.data.rows.toLocaleString('en-US')} (${provenance.data.source === 'generated' ? `generated by ${provenance.recipe}` : 'own file'})`,
    'SHA-256 of the rows': config.data.sha256,
    template: describeTemplate(config.template),
    steps: `${state.step.toLocaleString('en-US')} of ${config.batchSize * config.gradientAccumulation} ${nameUnit(config)}`,
    optimizer: `${optimizer.kind}, learning rate ${optimizer.learningRate}${optimizer.muonLearningRate === undefined ? '' : ` (matrices ${optimizer.muonLearningRate})`}, ${schedule.kind}`,
    ...listKindSettings(config),
    ...listSettings(provenance.settings ?? {}),
    time: `${((state.done?.wallSeconds ?? 0) / 60).toFixed(1)} min in the last of ${sessions} session${sessions === 1 ? '' : 's'}`,
    ...(retries.length === 0
      ? {}
      : { 'attempts that failed': retries.map((one) => `${one.attempt} (${one.class})`).join(', ') }),
    launcher: last?.launcher === undefined ? 'local' : describeLauncher(last.launcher),
    processor: `${last?.host.processor ?? 'unknown'}, ${config.threads} thread${config.threads === 1 ? '' : 's'}, device ${config.device}`,
    torch: last?.python.packages.torch ?? readTorch(provenance.metrics) ?? 'unknown',
  };
}

function describeTemplate(template: TrainConfig['template']): string {
  if (template?.kind === 'question') return 'question: the bare prefix of the chat template';
  return template?.kind === 'raw' ? `raw: ${JSON.stringify(template.prefix)}` : 'chat';
}

function nameUnit(config: TrainConfig): string {
  if (config.kind === 'grpo') return 'replies';
  return config.kind === 'sft' && config.packing === true ? `packs of ${config.maxTokens} tokens` : 'rows';
}

/** What only this kind of training has. */
function listKindSettings(config: TrainConfig): Record<string, string | number> {
  switch (config.kind) {
    case 'sft':
      return { 'weight of the question in the loss': config.promptWeight };
    case 'dpo':
      return flatten('dpo', config.dpo);
    case 'reward':
      return flatten('reward', config.reward);
    case 'regression':
      return flatten('regression', config.regression);
    case 'grpo': {
      const { verifier, ...rest } = config.grpo;
      return flatten('grpo', rest);
    }
  }
}

function flatten(prefix: string, values: object): Record<string, string | number> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [`${prefix}.${key}`, String(value)]));
}

function listSettings(settings: TrainSettings): Record<string, string> {
  const entries = Object.entries(settings);
  if (entries.length === 0) return {};
  return { 'set over the recipe': entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(', ') };
}

function describeLauncher(choice: LauncherChoice): string {
  const processes = countProcesses(choice);
  return processes === 1 ? choice.launcher : `${choice.launcher}, ${processes} processes`;
}

function table(rows: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(rows).map(([name, value]) => `| ${name} | ${escapeCell(value)} |`);
  return lines.length === 0 ? 'None were written.' : ['| | |', '| --- | --- |', ...lines].join('\n');
}

/** A bar, as in `<|im_end|>`, and a line end would end the cell. */
function escapeCell(value: string | number): string {
  return String(value)
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** The plain values of what the worker measured. */
function pickFigures(metrics: Readonly<Record<string, unknown>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) =>
      typeof value === 'number' || typeof value === 'string'
        ? [[name, typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value]]
        : [],
    ),
  );
}
