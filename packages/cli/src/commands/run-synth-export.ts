import { excerpt, readEnvironment, type Secret } from '@scalequest/core';
import {
  checkPush,
  type DatasetConfig,
  type ExportForm,
  exportForms,
  exportRows,
  type PushProgress,
  type PushToHubResult,
  pushToHub,
  readRunSummary,
  type WrittenDataset,
  writeDataset,
  writeReport,
} from '@scalequest/synth';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { countOf, formatCount, formatPercent } from '../output/format.ts';
import { listCounts } from '../output/format-calls.ts';
import { createLiveLine, type LiveLine } from '../output/live-line.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';

export interface SynthExportFlags {
  readonly out: string;
  /** Another form than the dataset's. */
  readonly form?: string;
  readonly withRejected?: boolean;
  readonly jsonl?: boolean;
  readonly licence?: string;
  /** `ROLE=LICENCE` each. */
  readonly modelLicence?: readonly string[];
  /** With the fields that stay in the run folder otherwise. */
  readonly allFields?: boolean;
  readonly title?: string;
  readonly prefix?: string;
  readonly end?: string;
  readonly push?: string;
  readonly public?: boolean;
  readonly update?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function runSynthExport(run: string, flags: SynthExportFlags): Promise<ExitCode> {
  const line = createLiveLine();
  using shutdown = listenForShutdown(line.say);
  const isDataset = flags.form === undefined || flags.form === 'dataset';
  try {
    await (isDataset ? exportDataset : exportForm)(run, flags, { line, signal: shutdown.stop });
    return 0;
  } catch (error) {
    line.end();
    if (!shutdown.stop.aborted || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    line.say('Stopped. Nothing that is half done is left behind, here or on the hub; the same command does the rest.');
    return 1;
  }
}

interface Ways {
  readonly line: LiveLine;
  readonly signal: AbortSignal;
}

/** The report page of a run. */
export async function runSynthReport(run: string, { out }: { readonly out: string }): Promise<ExitCode> {
  await writeReport({ run, out });
  console.log(out);
  return 0;
}

async function exportDataset(run: string, flags: SynthExportFlags, { line, signal }: Ways): Promise<void> {
  const { out, withRejected = false, jsonl = false, force = false, licence, title, push } = flags;
  refuse(flags, ['prefix', 'end'], '--form trl-qft or trl-qpo');
  if (push === undefined) refuse(flags, ['public', 'update'], '--push OWNER/NAME');
  const target = push === undefined ? undefined : { repository: push, token: requireToken() };
  if (target !== undefined) checkPush(target);
  const { configs, unfinished } = await writeDataset({
    ...{ run, out, withRejected, withJsonLines: jsonl, overwrite: force, signal },
    ...(flags.allFields === true ? { leaveOut: [] } : {}),
    card: {
      ...(title === undefined ? {} : { title }),
      ...(licence === undefined ? {} : { licence }),
      models: await readModelLicences(run, flags.modelLicence),
      versions: await describeVersions(),
    },
    onProgress: ({ rows, of }) => line.update(`${formatCount(rows)}/${countOf(of, 'row')}`),
  });
  const pushed =
    target === undefined
      ? undefined
      : await pushToHub({
          ...{ ...target, folder: out, update: flags.update ?? false, signal },
          hubUrl: readEnvironment().hubEndpoint,
          visibility: flags.public === true ? 'public' : 'private',
          ...(title === undefined ? {} : { title }),
          onProgress: (progress) => tellPush(progress, line),
        });
  line.end();
  for (const { generator, accepted, wanted } of unfinished) {
    const asked = wanted === 'all' ? '' : ` of ${formatCount(wanted)}`;
    line.say(
      `Not finished, as the card says: generator '${generator}' has given ${formatCount(accepted)}${asked} so far.`,
    );
  }
  if (flags.json === true)
    console.log(JSON.stringify({ out, configs, unfinished, ...(pushed === undefined ? {} : { pushed }) }));
  else {
    for (const config of configs) console.log(describeConfig(config, out));
    if (pushed !== undefined) console.log(describePush(pushed));
  }
  if (pushed?.visibility === 'private' && flags.public === true) {
    line.say('It is private there: --public is for new datasets. Its settings on the hub make it public.');
  }
}

const datasetFlags = [
  ...(['withRejected', 'jsonl', 'allFields', 'licence', 'modelLicence', 'title', 'push', 'public', 'update'] as const),
];

async function readModelLicences(
  run: string,
  pairs: readonly string[] = [],
): Promise<Readonly<Record<string, { readonly licence: string }>>> {
  if (pairs.length === 0) return {};
  const { stages } = await readRunSummary(run);
  const roles = new Set(stages.flatMap(({ models }) => models));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const role = pair.slice(0, Math.max(0, at));
      if (at < 1 || at === pair.length - 1)
        throw badOption(`Option '--model-licence' is '${excerpt(pair)}'.`, 'Give ROLE=LICENCE.');
      if (!roles.has(role))
        throw badOption(
          `Option '--model-licence' names a role '${excerpt(role)}', which the recipe has not.`,
          `Its roles are ${[...roles].join(', ')}.`,
        );
      return [role, { licence: pair.slice(at + 1) }];
    }),
  );
}

async function exportForm(run: string, flags: SynthExportFlags, { line, signal }: Ways): Promise<void> {
  const { out, form = '', prefix, end, force = false } = flags;
  refuse(flags, datasetFlags, 'the whole dataset');
  if (!isForm(form)) {
    throw badOption(
      `Option '--form' is ${form}.`,
      `Give dataset (default), or one of ${Object.keys(exportForms).join(', ')}.`,
    );
  }
  if ((prefix === undefined) !== (end === undefined)) {
    throw badOption('--prefix and --end go together.', 'Give both, or none.');
  }
  const { rows, skipped, unfinished } = await exportRows({
    ...{ run, out, form, overwrite: force, signal },
    ...(prefix === undefined || end === undefined
      ? {}
      : { template: { prefix: readEscapes(prefix), end: readEscapes(end) } }),
  });
  tellUnfinished(unfinished, line);
  if (flags.json === true) console.log(JSON.stringify({ out, form, rows, skipped, unfinished }));
  else {
    const left = listCounts(skipped);
    console.log(`${countOf(rows, 'row')} of the form ${form} in ${out}${left === '' ? '' : `; left out: ${left}`}`);
  }
}

/** A shell gives `\\n` as two letters, and no template of a chat has those. */
function readEscapes(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

/** A run may go on while its rows are exported: nobody shall take a part for the whole. */
function tellUnfinished(unfinished: WrittenDataset['unfinished'], line: LiveLine): void {
  for (const { generator, accepted, wanted } of unfinished) {
    const asked = wanted === 'all' ? '' : ` of ${formatCount(wanted)}`;
    line.say(`Not finished: generator '${generator}' has given ${formatCount(accepted)}${asked} rows so far.`);
  }
}

function describeConfig({ name, rows, files, fileBytes }: DatasetConfig, out: string): string {
  const megabytes = (fileBytes / 1e6).toFixed(fileBytes < 1e7 ? 2 : 0);
  return `${name}: ${countOf(rows, 'row')}, ${megabytes} MB in ${countOf(files.length, 'file')} of ${out}`;
}

const phases = { preuploading: 'asking the hub', uploadingLargeFiles: 'uploading', committing: 'committing' };

function tellPush(progress: PushProgress, line: LiveLine): void {
  if (progress.event === 'phase') line.update(`push: ${phases[progress.phase]}`);
  else if (progress.event === 'file')
    line.update(`push: ${progress.state} ${progress.path} ${formatPercent(progress.share)}`);
  else line.say(`push, attempt ${progress.attempt}: ${progress.why}`);
}

function describePush({ url, commit, files, changed, visibility }: PushToHubResult): string {
  const what =
    changed === 0
      ? 'nothing to push, all of it is there'
      : `${countOf(changed, 'file')} of ${formatCount(files)} pushed`;
  return `${url} (${visibility}): ${what}, commit ${commit}`;
}

function isForm(name: string): name is ExportForm {
  return Object.hasOwn(exportForms, name);
}

function refuse(flags: SynthExportFlags, names: readonly (keyof SynthExportFlags)[], only: string): void {
  const given = names
    .filter((name) => flags[name] !== undefined)
    .map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  if (given.length > 0) throw badOption(`${given.join(', ')} goes with ${only} only.`, 'Leave it out.');
}

function requireToken(): Secret {
  const { hubToken } = readEnvironment();
  if (hubToken !== undefined) return hubToken;
  throw badOption('--push needs a token of the hub.', 'Set HF_TOKEN to one with the right to write.');
}

function badOption(what: string, next: string): CliError {
  return new CliError({ code: 'BAD_OPTION', kind: 'request', what, next });
}
