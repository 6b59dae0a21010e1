export {
  type Benchmark,
  type BenchmarkDefinition,
  type BenchmarkInfo,
  type CommitOrigin,
  defineBenchmark,
  type ExcludedRecord,
  type GeneratedOrigin,
  type HubOrigin,
  type Origin,
} from './benchmark.ts';
export type { PinCheck, RowsSource } from './check-pin.ts';
export { humanEvalRecordSchema, parseHumanEvalRecord } from './code/humaneval-record.ts';
export { DatasetsError, type DatasetsErrorCode } from './errors.ts';
export { type FetchedFile, type FetchOptions, type FetchResult, fetchBenchmark } from './fetch-benchmark.ts';
export type { GoldFix } from './gold-fixes.ts';
export type { FetchEvent, HubOptions } from './hub/hub-options.ts';
export { type LoadedBenchmark, type LoadOptions, loadBenchmark } from './load-benchmark.ts';
export type { CodeTask, Problem } from './problem.ts';
export { type BenchmarkLocation, getBenchmark, listBenchmarks, locateBenchmark } from './registry.ts';
export { computeRowsSha256 } from './rows-sha256.ts';
export { type VerifyBenchmarkResult, verifyBenchmark } from './verify-benchmark.ts';
