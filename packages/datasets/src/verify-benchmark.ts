import type { Benchmark } from './benchmark.ts';
import { checkPin, type PinCheck, type RowsSource } from './check-pin.ts';
import { type LoadOptions, readFromSource } from './load-benchmark.ts';
import { getBenchmark } from './registry.ts';

/** A data set beside its pin: what `scalequest data verify` shows. */
export interface VerifyBenchmarkResult extends PinCheck {
  readonly name: string;
  readonly source: RowsSource;
  readonly expectedCount: number | undefined;
  readonly expectedExcludedCount: number;
  readonly expectedRowsSha256: string | undefined;
}

/**
 * Compares the copy at hand, in the data folder or the cache, with the pin. Other rows are a result and no error;
 * a copy that is missing or cannot be read is one. Downloads nothing.
 */
export async function verifyBenchmark(
  name: string | Benchmark,
  options: Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'signal'>,
): Promise<VerifyBenchmarkResult> {
  const benchmark = getBenchmark(name);
  const { read, source } = await readFromSource(benchmark, { ...options, allowDownload: false });
  return {
    ...checkPin(benchmark, read),
    name: benchmark.name,
    source,
    expectedCount: benchmark.count,
    expectedExcludedCount: benchmark.excludedCount,
    expectedRowsSha256: benchmark.rowsSha256,
  };
}
