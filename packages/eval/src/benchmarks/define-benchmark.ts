import type { ExcludedRecord, Problem } from '@scalequest/datasets';
import type { VerifyOptions } from '@scalequest/verifier';
import type { TestSet } from '../outcomes/outcome.ts';

/** A zod schema, of whatever version of zod, or anything else with its `safeParse`. */
export interface RowSchema<Row> {
  readonly safeParse: (value: unknown) =>
    | { readonly success: true; readonly data: Row }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
}

/** A problem as `parse` gives it. */
export interface OwnProblem extends Omit<Problem, 'id' | 'meta'> {
  /** Unique in the benchmark. @defaultValue the 0-based number of the record */
  readonly id?: string;
  /** What `breakdowns` and `verify` look at. @defaultValue {} */
  readonly meta?: Problem['meta'];
}

export interface OwnBenchmarkDefinition<Row> {
  /** As in results and run folders: lower case, words joined by `-`, and not the name of a benchmark that ships. */
  readonly name: string;
  /** JSON Lines, gzip or not, or Parquet; a path relative to the folder of the module that exports the definition. */
  readonly data: string;
  /** The fields of a record. Each record is checked before `parse` sees it. */
  readonly row: RowSchema<Row>;
  /** What a record becomes; `index` is its 0-based number in the file. `{ excluded: 'why' }` leaves it out, and counts it. */
  readonly parse: (row: Row, index: number) => OwnProblem | ExcludedRecord;
  /** How the problems are asked where the command line names no other. @defaultValue 'scalequest@1' */
  readonly protocol?: string;
  /** Fields of `meta` that the result is broken down by. @defaultValue [] */
  readonly breakdowns?: readonly string[];
  /** That the answers are programs, whose tests stand in each problem's `code`. @defaultValue they are no programs */
  readonly tests?: TestSet;
  /** What the comparison of answers asks of the verifier, such as a tolerance. @defaultValue the verifier's own defaults */
  readonly verify?: (problem: Problem) => VerifyOptions | undefined;
  /** The pin: other rows than these are refused. Both or neither; a run's `run.json` says what they are. */
  readonly count?: number;
  readonly rowsSha256?: string;
  /** @defaultValue 'not stated' */
  readonly licence?: string;
  /** @defaultValue '' */
  readonly citation?: string;
}

/** A definition whose fields no longer say what a row is: what a module exports and `scalequest eval` reads. */
export type OwnBenchmark = OwnBenchmarkDefinition<never>;

/**
 * Describes a benchmark of your own: one call, in a module of yours whose default export it is. `scalequest eval
 * ./my-benchmark.mjs` runs it, `scalequest score ./my-benchmark.mjs --replies FILE` judges recorded replies.
 *
 * @example
 * export default defineBenchmark({
 *   name: 'my-benchmark',
 *   data: './questions.jsonl',
 *   row: z.object({ question: z.string(), answer: z.string(), topic: z.string() }),
 *   parse: ({ question, answer, topic }) => ({ problem: question, reference: answer, meta: { topic } }),
 *   breakdowns: ['topic'],
 * });
 */
export function defineBenchmark<Row>(definition: OwnBenchmarkDefinition<Row>): OwnBenchmark {
  // `row` and `parse` agree on Row, which is all that whoever runs it must know.
  return definition as unknown as OwnBenchmark;
}
