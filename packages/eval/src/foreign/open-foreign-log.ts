import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asFileError, pathExists, readJsonLines } from '@scalequest/core';
import { runFiles } from '@scalequest/runs';
import type { ForeignLog } from './foreign-log.ts';
import { foreignLogError } from './foreign-log-error.ts';
import { openInspectJson, openInspectZip } from './inspect-log.ts';
import { findLmEvalTime, lmEvalFields, openLmEvalLog } from './lm-eval-log.ts';

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
    for await (const { value } of readJsonLines(path, { maxLineBytes: 64 * 2 ** 20 })) {
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
  if (await pathExists(join(folder, runFiles.description))) return undefined;
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(eval|json|jsonl)$/.test(name)).sort();
  const paths = names.map((name) => join(folder, name));
  const kinds = await Promise.all(paths.map(recognise));
  const ofKind = (...wanted: readonly LogFile[]): string[] =>
    paths.filter((_, i) => wanted.includes(kinds[i] as LogFile));
  const [samples, logs] = [ofKind('lm-eval-samples'), ofKind('inspect-zip', 'inspect-json')];
  const runs = new Set(samples.map((path) => `${dirname(path)}/${findLmEvalTime(path) ?? basename(path)}`));
  if (runs.size + logs.length > 1) throw severalLogsError(folder, [...samples, ...logs]);
  if (samples.length > 0) return await openLmEvalLog(samples);
  return logs[0] === undefined ? undefined : await openForeignLog(logs[0]);
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
