import { readEnvironment } from '@scalequest/core';
import {
  type FetchEvent,
  fetchBenchmark,
  listBenchmarks,
  locateBenchmark,
  type Origin,
  verifyBenchmark,
} from '@scalequest/datasets';
import type { ExitCode } from '../main.ts';
import { formatCount, formatTable } from '../output/format.ts';
import { readConfigurationFile } from '../setup/configuration-file.ts';
import { getHubOptions, locateData } from '../setup/locate-data.ts';

export interface DataOptions {
  readonly dataDir?: string;
  readonly config?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function listData({ json }: DataOptions): void {
  const benchmarks = listBenchmarks();
  if (json === true) {
    console.log(JSON.stringify({ benchmarks }));
    return;
  }
  const blocks = benchmarks.map(({ name, title, count, licence, origins }) => {
    const problems = count === undefined ? 'unknown number of' : formatCount(count);
    return [
      `${name}: ${title}, ${problems} problems`,
      `  licence: ${licence}`,
      ...origins.map((origin) => `  from: ${describeOrigin(origin)}`),
    ].join('\n');
  });
  console.log(blocks.join('\n\n'));
}

export async function fetchData(name: string, { force, json }: DataOptions): Promise<void> {
  const environment = readEnvironment();
  const result = await fetchBenchmark(name, {
    cacheDir: environment.cacheDir,
    hub: getHubOptions(environment),
    force: force ?? false,
    onProgress: (event) => {
      const text = describeFetchEvent(event);
      if (text !== undefined) console.error(text);
    },
  });
  if (json === true) console.log(JSON.stringify(result));
  else console.log(`${name}: ${formatCount(result.count)} problems, rows verified, in ${result.path}`);
}

/** Verifies one benchmark, which must be there, or all that are there. */
export async function verifyData(name: string | undefined, options: DataOptions): Promise<ExitCode> {
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  const { dataDir, cacheDir } = locateData(options, { environment, file });
  const places = { dataDir, cacheDir };
  const results = [];
  const missing: string[] = [];
  for (const benchmark of name === undefined ? listBenchmarks().map((known) => known.name) : [name]) {
    const { kind } = await locateBenchmark(benchmark, places);
    if (name === undefined && kind === 'missing') missing.push(benchmark);
    else results.push(await verifyBenchmark(benchmark, places));
  }
  if (options.json === true) {
    console.log(JSON.stringify({ results, missing }));
  } else {
    const rows = results.map((result) => [
      result.name,
      result.matchesPin ? 'ok' : !result.isAcceptable ? 'OTHER ROWS' : 'no pin',
      `${formatCount(result.count)} of ${result.expectedCount === undefined ? '?' : formatCount(result.expectedCount)}`,
      result.rowsSha256.slice(0, 12),
      `${result.source.kind} ${result.source.path}`.trim(),
    ]);
    console.log(formatTable([['name', 'rows', 'problems', 'rowsSha256', 'source'], ...rows]));
    if (missing.length > 0) console.log(`not here: ${missing.join(', ')}`);
  }
  return results.every(({ isAcceptable }) => isAcceptable) ? 0 : 1;
}

function describeOrigin(origin: Origin): string {
  const check = origin.checked ? '' : ' (not checked)';
  if (origin.kind === 'hub') return `hub ${origin.repository}${check}`;
  return origin.kind === 'commit' ? `${origin.source}${check}` : `generated, seed ${origin.seed}`;
}

function describeFetchEvent(event: FetchEvent): string | undefined {
  switch (event.kind) {
    case 'download-start':
      return `Downloading ${event.url}${event.resumedAtBytes > 0 ? ` from byte ${formatCount(event.resumedAtBytes)} on` : ''}`;
    case 'download-retry':
      return `Trying again in ${(event.waitMs / 1000).toFixed(1)} s: ${event.reason}`;
    case 'download-end':
      return `${formatCount(event.sizeBytes)} bytes`;
    case 'download-progress':
      return undefined;
  }
}
