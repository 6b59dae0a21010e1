import { basename, join } from 'node:path';
import { digest, hashFile, readEnvironment } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import { detectReplyFormat, readReplies } from '@scalequest/datasets/replies';
import { findProtocol, openTask, resolveProtocol, scoreReplies } from '@scalequest/eval';
import { createVerifierPool } from '@scalequest/verifier/pool';
import type { ExitCode } from '../main.ts';
import { formatSummary } from '../output/format-summary.ts';
import { createProgressLine } from '../output/progress-line.ts';
import { slugify } from '../setup/choose-model.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { limitHeapGrowth } from '../setup/limit-heap-growth.ts';
import { listenForShutdown } from '../setup/shutdown.ts';
import { describeVersions } from '../setup/versions.ts';
import { getHubOptions } from './run-data.ts';

export interface RunScoreOptions {
  readonly replies: string;
  readonly format?: string;
  readonly model?: string;
  readonly dataDir?: string;
  readonly goldFixes?: boolean;
  readonly skipUnknown?: boolean;
  /** False for `--no-cas`. */
  readonly cas: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export async function runScore(name: string, options: RunScoreOptions): Promise<ExitCode> {
  const environment = readEnvironment();
  const file = await readConfigurationFile();
  const task = await openTask(name);
  const format = options.format ?? (await detectReplyFormat(options.replies));
  const benchmark = await loadBenchmark(task.benchmark, {
    dataDir: options.dataDir ?? environment.dataDir ?? file.dataDir,
    cacheDir: environment.cacheDir,
    hub: getHubOptions(environment),
    goldFixes: options.goldFixes ?? false,
  });
  const repliesSha256 = await hashFile(options.replies);
  const model = options.model ?? basename(options.replies).replace(/\.jsonl(\.gz)?$/, '');
  const identity = digest([benchmark.rowsSha256, benchmark.appliedFixes, repliesSha256]);
  const folder = options.out ?? join('runs', task.name, slugify(model), `score-${identity.slice(0, 8)}`);
  limitHeapGrowth();
  const progress = createProgressLine();
  using shutdown = listenForShutdown(progress.say);
  const verifier = createVerifierPool({ cas: options.cas });
  try {
    progress.say(`${task.name}: scoring ${options.replies} (format ${format}), into ${folder}`);
    const summary = await scoreReplies({
      task,
      benchmark,
      protocol: resolveProtocol(findProtocol(task.protocol)),
      model,
      openReplies: () =>
        readReplies(options.replies, {
          format,
          problems: benchmark.problems,
          onUnknown: options.skipUnknown === true ? 'skip' : 'error',
        }),
      repliesSha256,
      verifier,
      folder,
      details: { replies: { path: options.replies, format }, versions: await describeVersions() },
      stop: shutdown.stop,
      abort: shutdown.abort,
      onProgress: progress.update,
    });
    progress.end();
    if (options.json === true) console.log(JSON.stringify({ folder, summary }));
    else console.log(`\n${formatSummary(summary)}\n`);
    progress.say(`Run folder: ${folder}`);
    if (summary.isComplete) return 0;
    progress.say('Stopped before the end. Run the same command again to go on.');
    return 1;
  } finally {
    await verifier.close();
  }
}
