import { type Benchmark, defineBenchmark, type Origin } from '../benchmark.ts';
import { mbppCommon } from './define-mbpp.ts';
import { evalPlusCitation, evalPlusRawFields, evalPlusRecordSchema, parseEvalPlusRecord } from './evalplus-record.ts';

/** A release of MBPP+. Its Parquet on the hub has no inputs but tests for NumPy, which the checker does not have. */
export function defineMbppPlus(definition: {
  readonly name: string;
  /** `v0.1.0`: part of the file's name. */
  readonly version: string;
  readonly count: number;
  readonly rowsSha256?: string;
  readonly origins: readonly Origin[];
}): Benchmark {
  const { name, version, count, origins, rowsSha256 } = definition;
  return defineBenchmark({
    name,
    title: `MBPP+ ${version}`,
    split: `plus-${version}`,
    folder: 'mbpp',
    fileName: `MbppPlus-${version}`,
    count,
    ...(rowsSha256 === undefined ? {} : { rowsSha256 }),
    licence: `Apache-2.0 (evalplus/mbppplus_release); ${mbppCommon.licence}`,
    citation: evalPlusCitation,
    origins,
    rawFields: evalPlusRawFields,
    row: evalPlusRecordSchema,
    parse: parseEvalPlusRecord,
  });
}
