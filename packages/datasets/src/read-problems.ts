import type { Benchmark } from './benchmark.ts';
import { DatasetsError } from './errors.ts';
import type { Problem } from './problem.ts';
import { readRecords } from './read-records.ts';
import { sortById } from './sort-by-id.ts';

export interface ReadProblems {
  readonly problems: readonly Problem[];
  /** Why each record that gave no problem was left out. */
  readonly excluded: readonly string[];
}

/** Reads the problems of a benchmark from its files, or makes them where it is a generated one. */
export async function readProblems(
  benchmark: Benchmark,
  files: readonly string[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadProblems> {
  const { rows } = benchmark;
  if (rows.kind === 'generated') return { problems: await rows.generate(), excluded: [] };
  const problems: Problem[] = [];
  const excluded: string[] = [];
  const ids = new Set<string>();
  let index = 0;
  for (const file of files) {
    for (const record of await readRecords(file, { ...options, rawFields: rows.rawFields })) {
      const parsed = rows.parseRecord(record, index++);
      if ('excluded' in parsed) {
        excluded.push(parsed.excluded);
        continue;
      }
      if (ids.has(parsed.id)) throw duplicateIdError(benchmark, parsed.id, file);
      ids.add(parsed.id);
      problems.push(parsed);
    }
  }
  return { problems: rows.order === 'id' ? sortById(problems) : problems, excluded };
}

function duplicateIdError({ name, rows }: Benchmark, id: string, file: string): DatasetsError {
  const isOwnFile = rows.kind === 'records' && rows.file !== undefined;
  return new DatasetsError({
    code: 'DUPLICATE_ID',
    kind: 'request',
    what: `Dataset '${name}' has the problem '${id}' twice.`,
    why: `The second one is in '${file}'.`,
    next: isOwnFile
      ? 'Give each problem an id of its own in `parse`, or take the second one out of the file.'
      : 'Check that no file was appended to another, and get it again.',
    fields: { name, id, file },
  });
}
