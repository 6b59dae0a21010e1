import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asFileError, pathExists } from '@scalequest/core';
import { runFiles } from '@scalequest/runs';
import type { ForeignLog } from './foreign-log.ts';
import { foreignLogError } from './foreign-log-error.ts';
import { openInspectJson, openInspectZip } from './inspect-log.ts';
import { findLmEvalTime, lmEvalFields, openLmEvalLog } from './lm-eval-log.ts';
import { readPythonJsonLines } from './read-python-json-lines.ts';

/**
 * Opens a log of lm-evaluation-harness or of inspect_ai: a file of either, or a folder with one. What it is, is found
 * out from the content. Undefined where it is neither, or nothing is there.
 *
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE` (it is damaged, or the folder holds several), CoreError
 */
export async function openForeignLog(path: string): Promise<ForeignLog | undefined> {
  if (!(await pathExists(path))) return undefined;
  if ((await stat(path)).isDirectory()) return await openFolder(path);
  switch (await recognise(path)) {
    case 'inspect-zip':
      return await openInspectZip(path);
    case 'inspect-json':
      return await openInspectJson(path);
    case 'lm-eval-samples':
      return await openLmEvalLog([path]);
    case 'lm-eval-results':
      return await openBesideResults(path);
    case undefined:
      return undefined;
  }
}

type LogFile = 'inspect-zip' | 'inspect-json' | 'lm-eval-samples' | 'lm-eval-results';

/** As much of a file as is needed to know it. */
const headBytes = 64 * 1024;

async function recognise(path: string): Promise<LogFile | undefined> {
  const head = await readHead(path);
  if (head.startsWith('PK\x03\x04')) return 'inspect-zip';
  if (!head.trimStart().startsWith('{')) return undefined;
  if (await isLmEvalLine(path)) return 'lm-eval-samples';
  const fields = listOuterFields(head);
  if (fields.has('eval') && fields.has('version')) return 'inspect-json';
  return fields.has('results') && /"(group_subtasks|configs)"\s*:/.test(head) ? 'lm-eval-results' : undefined;
}

async function readHead(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

async function isLmEvalLine(path: string): Promise<boolean> {
  try {
    for await (const { value } of readPythonJsonLines(path, { maxLineBytes: 64 * 2 ** 20 })) {
      return typeof value === 'object' && value !== null && lmEvalFields.every((field) => field in value);
    }
  } catch {
    // One JSON text over many lines is no JSON Lines, and may be a log of the other kind.
  }
  return false;
}

/** Names of the outermost fields that stand in the head of a JSON text. */
function listOuterFields(head: string): ReadonlySet<string> {
  const fields = new Set<string>();
  let depth = 0;
  for (const [found, name] of head.matchAll(/"((?:[^"\\]|\\.)*)"(?=\s*:)|"(?:[^"\\]|\\.)*"|[{[]|[}\]]/g)) {
    if (found === '{' || found === '[') depth++;
    else if (found === '}' || found === ']') depth--;
    else if (depth === 1 && name !== undefined) fields.add(name);
  }
  return fields;
}

/** lm-eval writes a folder for each model, into the one that it was given. */
async function openFolder(folder: string): Promise<ForeignLog | undefined> {
  const { samples, logs } = await listLogFiles(folder);
  const runs = new Set(samples.map(nameRun));
  if (runs.size + logs.length > 1) throw severalLogsError(folder, [...samples, ...logs]);
  if (samples.length > 0) return await openLmEvalLog(samples);
  return logs[0] === undefined ? undefined : await openForeignLog(logs[0]);
}

/** What the files of one run of lm-eval share. */
function nameRun(path: string): string {
  return join(dirname(path), findLmEvalTime(path) ?? basename(path));
}

async function listLogFiles(folder: string): Promise<{ readonly samples: string[]; readonly logs: string[] }> {
  if (await pathExists(join(folder, runFiles.description))) return { samples: [], logs: [] };
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(eval|json|jsonl)$/.test(name)).sort();
  const files: { readonly samples: string[]; readonly logs: string[] } = { samples: [], logs: [] };
  for (const path of names.map((name) => join(folder, name))) {
    const kind = (await stat(path)).isFile() ? await recognise(path) : undefined;
    if (kind === 'lm-eval-samples') files.samples.push(path);
    else if (kind === 'inspect-zip' || kind === 'inspect-json') files.logs.push(path);
  }
  return files;
}

/**
 * Opens every log that a path stands for, each task apart: a file of either system, all samples of the run beside a file
 * of results, or all that a folder holds. None where it is neither.
 *
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE`, CoreError
 */
export async function openForeignLogs(path: string): Promise<readonly ForeignLog[]> {
  if (!(await pathExists(path))) return [];
  if ((await stat(path)).isDirectory()) {
    const { samples, logs } = await listLogFiles(path);
    const opened = await Promise.all(logs.map((one) => openForeignLog(one)));
    return [...(await openEach(samples)), ...opened.filter((log) => log !== undefined)];
  }
  const log = await openForeignLog(path);
  if (log === undefined) return [];
  return log.system === 'lm-eval' ? await openEach(log.samplesFiles) : [log];
}

async function openEach(samples: readonly string[]): Promise<readonly ForeignLog[]> {
  return await Promise.all(samples.map((one) => openLmEvalLog([one])));
}

/** Joins logs that are of one run of lm-eval, such as the seven subjects of MATH; others stay as they are. */
export async function joinForeignLogs(logs: readonly ForeignLog[]): Promise<readonly ForeignLog[]> {
  const runs = new Map<string, string[]>();
  for (const { samplesFiles } of logs.filter(({ system }) => system === 'lm-eval')) {
    const run = nameRun(samplesFiles[0] as string);
    runs.set(run, [...new Set([...(runs.get(run) ?? []), ...samplesFiles])]);
  }
  return [
    ...(await Promise.all([...runs.values()].map((paths) => openLmEvalLog(paths)))),
    ...logs.filter(({ system }) => system !== 'lm-eval'),
  ];
}

async function openBesideResults(path: string): Promise<ForeignLog> {
  const time = /^results_(.+)\.json$/.exec(basename(path))?.[1];
  const folder = dirname(path);
  const samples = (await readdir(folder))
    .filter((name) => time !== undefined && findLmEvalTime(name) === time)
    .map((name) => join(folder, name))
    .sort();
  if (samples.length > 0) return await openLmEvalLog(samples);
  throw foreignLogError(path, {
    why: 'It holds the results of lm-eval, and no samples of the same run stand beside it.',
    next: 'Run lm_eval with --log_samples, and give the file of samples.',
  });
}

function severalLogsError(folder: string, paths: readonly string[]): Error {
  return foreignLogError(folder, {
    why: `It holds several runs: ${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ', ...' : ''}.`,
    next: 'Give the file of one of them.',
  });
}
