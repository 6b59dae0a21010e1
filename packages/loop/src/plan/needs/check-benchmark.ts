import { getBenchmark, type LoadOptions, verifyBenchmark } from '@scalequest/datasets';
import { describeError, type Finding, ok } from './need-check.ts';

export type DataAccess = Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'allowDownload'>;

/** Looks at whether the rows of a benchmark are at hand, and are the pinned ones. Downloads nothing. */
export async function checkBenchmark(name: string, access: DataAccess): Promise<Finding> {
  const { dataDir, cacheDir, allowDownload = true } = access;
  try {
    const { count, isAcceptable, matchesPin, isPinned, rowsSha256 } = await verifyBenchmark(name, {
      dataDir,
      cacheDir,
    });
    if (isAcceptable) return ok(`${count} problems${matchesPin ? ', with the pinned hash' : ''}.`);
    return {
      status: 'missing',
      what: `Benchmark '${name}' has other rows than the pinned ones.`,
      why: `${count} problems${isPinned ? `, hash ${rowsSha256.slice(0, 12)}` : ''}.`,
      next: `scalequest data fetch ${name} --force`,
    };
  } catch (error) {
    const finding = describeError(error);
    const { origins } = getBenchmark(name);
    const isFetchable = origins.some(({ kind }) => kind === 'hub');
    const commit = origins.find((origin) => origin.kind === 'commit');
    if (dataDir === undefined && !isFetchable && commit !== undefined) {
      return {
        ...finding,
        why: `No hub has it: it comes from ${commit.source}.`,
        next: 'Put it into a data folder with all others, and name that: "data": {"dataDir": DIR}, or SCALEQUEST_DATA_DIR. docs/reproduce-scalequest.md has the commands.',
      };
    }
    if (dataDir !== undefined || !allowDownload || !isFetchable) return finding;
    return {
      status: 'warn',
      what: `Benchmark '${name}' is not in the cache: it will be downloaded.`,
      next: `scalequest data fetch ${name}`,
    };
  }
}
