import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { excerpt, pathExists } from '@scalequest/core';
import {
  type Benchmark,
  type CodeTask,
  defineBenchmark,
  type ExcludedRecord,
  listBenchmarks,
  type Problem,
} from '@scalequest/datasets';
import { z } from 'zod';
import { EvaluationError } from '../errors.ts';
import { findProtocolVariant } from '../protocols/find-protocol.ts';
import type { OwnBenchmark, RowSchema } from './define-benchmark.ts';
import { findTask, tasks } from './find-task.ts';
import type { Task } from './task.ts';

/** The task of that name, or of the module at that path. */
export async function openTask(nameOrPath: string): Promise<Task> {
  return isModulePath(nameOrPath) ? await loadOwnTask(nameOrPath) : findTask(nameOrPath);
}

/** Names of benchmarks have neither slashes nor dots. */
export function isModulePath(nameOrPath: string): boolean {
  return /[\\/]|\.[a-z]+$/i.test(nameOrPath);
}

const definitionFields = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not lower-case words joined by -'),
  data: z.string().min(1),
  row: z.custom<RowSchema<never>>(
    (value) => typeof value === 'object' && value !== null && 'safeParse' in value,
    'is not a zod schema',
  ),
  parse: z.custom<OwnBenchmark['parse']>((value) => typeof value === 'function', 'is not a function'),
  protocol: z.string().default('scalequest@1'),
  breakdowns: z.array(z.string()).default([]),
  tests: z.enum(['base', 'plus']).optional(),
  verify: z
    .custom<NonNullable<OwnBenchmark['verify']>>((value) => typeof value === 'function', 'is not a function')
    .optional(),
  count: z.number().int().positive().optional(),
  rowsSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits')
    .optional(),
  licence: z.string().default('not stated'),
  citation: z.string().default(''),
});

const definitionSchema = definitionFields.refine(
  ({ count, rowsSha256 }) => (count === undefined) === (rowsSha256 === undefined),
  '`count` and `rowsSha256` go together',
);

type Definition = z.infer<typeof definitionSchema>;

/** What the command line calls all benchmarks. */
const allName = 'all';

const problemSchema = z.object({
  id: z.string().min(1).optional(),
  problem: z.string().min(1),
  reference: z.string().min(1),
  otherReferences: z.array(z.string().min(1)).optional(),
  code: z
    .object({
      entryPoint: z.string(),
      prompt: z.string(),
      context: z.string().optional(),
      tests: z.object({ base: z.string().min(1), plus: z.string().min(1).optional() }),
      limits: z
        .strictObject({
          timeoutMs: z.int().positive().optional(),
          cpuSeconds: z.int().positive().optional(),
          memoryMb: z.int().positive().optional(),
        })
        .optional(),
    })
    .optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
});

const excludedSchema = z.object({ excluded: z.string() });

/**
 * Imports the module and takes the benchmark that is its default export. The module is the user's own code and runs
 * with the user's rights; its data is read when the benchmark is loaded.
 *
 * @throws EvaluationError `BAD_BENCHMARK`; `UNKNOWN_PROTOCOL`
 */
export async function loadOwnTask(path: string): Promise<Task> {
  const definition = await importDefinition(path);
  const { name, protocol, breakdowns, tests, verify } = definition;
  if (tasks.has(name) || listBenchmarks().some((known) => known.name === name)) {
    throw badBenchmark({
      path,
      what: `The benchmark of '${path}' is called '${name}'.`,
      why: 'That is the name of a benchmark that ships, and its results would be taken for those.',
      next: 'Give it another `name`.',
    });
  }
  if (name === allName) {
    throw badBenchmark({
      path,
      what: `The benchmark of '${path}' is called '${name}'.`,
      why: 'On the command line that stands for every benchmark.',
      next: 'Give it another `name`.',
    });
  }
  if (protocol.endsWith('.json')) {
    throw badBenchmark({
      path,
      what: `The benchmark of '${path}' has the protocol '${protocol}'.`,
      why: 'That is a file, and a definition names a label of a protocol that ships.',
      next: `Leave \`protocol\` out, and give the file on the command line: --protocol ${protocol}.`,
    });
  }
  // Checked here, so that a wrong label is told before the data is read.
  findProtocolVariant(protocol);
  const check = verify === undefined ? undefined : makeVerify({ name, verify, path });
  return {
    name,
    benchmark: makeBenchmark(definition, { path, verify: check }),
    protocol,
    breakdowns,
    ...(tests === undefined ? {} : { tests }),
    ...(check === undefined ? {} : { verify: check }),
  };
}

type Verify = NonNullable<OwnBenchmark['verify']>;

/** The user's `verify`, which throws nothing but what says so. */
function makeVerify({
  name,
  verify,
  path,
}: {
  readonly name: string;
  readonly verify: Verify;
  readonly path: string;
}): Verify {
  return (problem) => {
    const what = `Problem '${problem.id}' of benchmark '${name}' cannot be verified.`;
    const next = `Correct \`verify\` in '${path}'.`;
    let options: unknown;
    try {
      options = verify(problem);
    } catch (error) {
      throw badBenchmark({ path, what, why: `\`verify\` threw: ${describeError(error)}`, next, cause: error });
    }
    if (options === undefined || isPlainObject(options)) return options;
    throw badBenchmark({ path, what, why: `\`verify\` gave no options, but ${describeValue(options)}.`, next });
  };
}

async function importDefinition(path: string): Promise<Definition> {
  const file = resolve(path);
  if (!(await pathExists(file))) {
    throw badBenchmark({
      path,
      what: `The benchmark '${path}' was not found.`,
      why: 'It was read as the path of a module, and there is no such file.',
      next: 'Check the path, or run `scalequest eval --list` for the benchmarks that ship.',
    });
  }
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { readonly default?: unknown }).default;
  } catch (error) {
    throw badBenchmark({
      path,
      what: `The module '${path}' cannot be imported.`,
      why: describeError(error),
      next: 'It must be JavaScript that Node runs as an ES module (.mjs), and find what it imports from its own folder.',
      cause: error,
    });
  }
  if (exported === undefined) {
    throw badBenchmark({
      path,
      what: `The module '${path}' has no default export.`,
      next: 'Write `export default defineBenchmark({ ... })`; docs/own-benchmark.md has a whole one.',
    });
  }
  const parsed = definitionSchema.safeParse(exported);
  if (parsed.success) return parsed.data;
  throw badBenchmark({
    path,
    what: `The default export of '${path}' is not a benchmark.`,
    why: `${describeIssues(parsed.error.issues)}.`,
    next: 'Write `export default defineBenchmark({ ... })`; docs/own-benchmark.md has a whole one.',
    cause: parsed.error,
  });
}

interface Owned {
  /** The module. */
  readonly path: string;
  readonly verify: Verify | undefined;
}

function makeBenchmark(definition: Definition, { path, verify }: Owned): Benchmark {
  const { name, count, rowsSha256, licence, citation } = definition;
  return defineBenchmark({
    name,
    title: name,
    split: 'test',
    licence,
    citation,
    origins: [],
    file: resolve(dirname(resolve(path)), definition.data),
    ...(count === undefined ? {} : { count }),
    ...(rowsSha256 === undefined ? {} : { rowsSha256 }),
    // Its own `safeParse` is all that is asked of it: the schema may come from another copy of zod.
    row: { safeParse: (record: unknown) => checkRecord(definition, { record, path }) } as unknown as z.ZodType<never>,
    parse: (row, index) => {
      const problem = readProblem(definition, { row, index, path });
      // Tried now, before anybody is asked: it is the user's code as well.
      if (!('excluded' in problem)) verify?.(problem);
      return problem;
    },
  });
}

/** What the user's `row` says of a record. */
function checkRecord(
  { name, row }: Definition,
  { record, path }: { readonly record: unknown; readonly path: string },
): ReturnType<RowSchema<never>['safeParse']> {
  const fail = (why: string, cause?: unknown): EvaluationError =>
    badBenchmark({
      path,
      what: `A record of benchmark '${name}' cannot be checked: ${describeValue(record)}.`,
      why,
      next: `Correct \`row\` in '${path}'.`,
      cause,
    });
  let result: unknown;
  try {
    result = row.safeParse(record);
  } catch (error) {
    throw fail(`\`row\` threw: ${describeError(error)}`, error);
  }
  if (resultSchema.safeParse(result).success) return result as ReturnType<RowSchema<never>['safeParse']>;
  throw fail(`\`row\` gave no result, but ${describeValue(result)}.`);
}

const resultSchema = z.union([
  z.object({ success: z.literal(true) }),
  z.object({
    success: z.literal(false),
    error: z.object({ issues: z.array(z.object({ path: z.array(z.unknown()), message: z.string() })) }),
  }),
]);

/** What the user's `parse` makes of a record, checked: no type checker may have seen it. */
function readProblem(
  { name, parse, tests }: Definition,
  { row, index, path }: { readonly row: never; readonly index: number; readonly path: string },
): Problem | ExcludedRecord {
  const next = `Correct \`parse\` in '${path}', or the record.`;
  const what = `Record ${index + 1} of benchmark '${name}' gives no problem.`;
  let made: unknown;
  try {
    made = parse(row, index);
  } catch (error) {
    throw badBenchmark({ path, what, why: `\`parse\` threw: ${describeError(error)}`, next, cause: error });
  }
  const excluded = excludedSchema.safeParse(made);
  if (excluded.success) return excluded.data;
  const parsed = problemSchema.safeParse(made);
  if (!parsed.success) {
    throw badBenchmark({ path, what, why: `What \`parse\` returned: ${describeIssues(parsed.error.issues)}.`, next });
  }
  const { id = `${index}`, problem, reference, otherReferences, code, meta = {} } = parsed.data;
  if (tests !== undefined && code?.tests[tests] === undefined) {
    const why = `Its answers are judged by tests ('${tests}'), and \`parse\` returned no \`code\` with such.`;
    throw badBenchmark({ path, what, why, next });
  }
  const optional = {
    ...(otherReferences === undefined ? {} : { otherReferences }),
    ...(code === undefined ? {} : { code: code as CodeTask }),
  };
  return { id, problem, reference, ...optional, meta };
}

function describeError(error: unknown): string {
  return excerpt(error instanceof Error ? error.message : String(error));
}

function describeValue(value: unknown): string {
  return excerpt(inspect(value, { breakLength: Number.POSITIVE_INFINITY }));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('then' in value);
}

function describeIssues(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  return excerpt(issues.map(({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`).join('; '));
}

function badBenchmark({
  path,
  ...details
}: {
  readonly path: string;
  readonly what: string;
  readonly why?: string;
  readonly next: string;
  readonly cause?: unknown;
}): EvaluationError {
  return new EvaluationError({ ...details, code: 'BAD_BENCHMARK', kind: 'request', fields: { path } });
}
