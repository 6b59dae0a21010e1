import type { Benchmark } from './benchmark.ts';
import { DatasetsError } from './errors.ts';
import type { ReadProblems } from './read-problems.ts';
import { computeRowsSha256 } from './rows-sha256.ts';

/** What was found of a data set, beside what its pin wants. */
export interface PinCheck {
  readonly count: number;
  readonly excludedCount: number;
  readonly rowsSha256: string;
  /** False where the benchmark names no hash: then nothing is known about the rows. */
  readonly isPinned: boolean;
  /** Whether count and hash are those of the pin; false without a pin. */
  readonly matchesPin: boolean;
  /** Whether nothing speaks against the rows: they match the pin, or there is only a count, or neither, and it fits. */
  readonly isAcceptable: boolean;
}

export function checkPin(benchmark: Benchmark, { problems, excluded }: ReadProblems): PinCheck {
  const rows = computeRowsSha256(problems);
  // A shipped benchmark makes its other references from the rows that it pins. Those of one's own come from anywhere.
  const rowsSha256 = rows === benchmark.rowsSha256 ? rows : computeRowsSha256(problems, { withOthers: true });
  const isPinned = benchmark.rowsSha256 !== undefined;
  const matchesPin = isPinned && benchmark.rowsSha256 === rowsSha256;
  const hasRightCount = benchmark.count === undefined || benchmark.count === problems.length;
  return {
    count: problems.length,
    excludedCount: excluded.length,
    rowsSha256,
    isPinned,
    matchesPin,
    isAcceptable: isPinned ? matchesPin : hasRightCount,
  };
}

/** What a wrong data set means for the user: other numbers of problems first, other rows second. */
export function wrongRowsError(benchmark: Benchmark, check: PinCheck, source: RowsSource): DatasetsError {
  const fields = { name: benchmark.name, ...check, ...source, expectedCount: benchmark.count };
  const next = describeNext(benchmark, source);
  if (benchmark.count !== undefined && check.count !== benchmark.count) {
    const isShort = check.count < benchmark.count;
    return new DatasetsError({
      code: 'WRONG_COUNT',
      what: `Dataset '${benchmark.name}' has ${check.count} problems, expected ${benchmark.count}.`,
      why: `${source.kind === 'generated' ? 'The generator' : `The copy in '${source.path}'`} ${isShort ? 'looks cut short' : 'holds too much'}.`,
      next,
      fields,
    });
  }
  return new DatasetsError({
    code: 'WRONG_ROWS',
    what: `Dataset '${benchmark.name}' has other rows than the pinned ones.`,
    why: `The hash over id, problem, reference and tests is ${check.rowsSha256}, expected ${benchmark.rowsSha256}; ${source.kind === 'generated' ? 'the generator has changed' : `the copy in '${source.path}' has changed texts or answers`}.`,
    next,
    fields: { ...fields, expectedRowsSha256: benchmark.rowsSha256 },
  });
}

/** Where rows came from. */
export interface RowsSource {
  readonly kind: 'data-dir' | 'cache' | 'hub' | 'file' | 'generated';
  /** The file or folder; the address of the data set for `hub`, empty for `generated`. */
  readonly path: string;
}

function describeNext(benchmark: Benchmark, source: RowsSource): string {
  switch (source.kind) {
    case 'cache':
      return `Run \`scalequest data fetch ${benchmark.name} --force\`.`;
    case 'data-dir':
      return `Put an unchanged copy there, or leave out the data folder and run \`scalequest data fetch ${benchmark.name}\`.`;
    case 'hub':
      return 'Nothing was kept. Give a folder that has the pinned rows: --data-dir DIR, or SCALEQUEST_DATA_DIR.';
    case 'file':
      return 'Put the file back as it was, or take `count` and `rowsSha256` out of the definition.';
    case 'generated':
      return 'This is a fault of the package: please report it.';
  }
}
