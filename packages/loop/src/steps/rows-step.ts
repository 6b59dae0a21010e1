import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readJsonLines } from '@scalequest/core';
import type { Fields, Step, StepContext } from '../engine/step.ts';

export interface RowsStepOptions {
  readonly name: string;
  /** Raised where the same settings make other rows. @defaultValue 1 */
  readonly version?: number;
  /** @defaultValue none */
  readonly after?: readonly string[];
  readonly settings: Fields;
  /** The same rows for the same seed, files and settings. */
  readonly make: (context: StepContext) => AsyncIterable<object> | Iterable<object>;
  /** What the report says of them. @defaultValue how many there are */
  readonly measure?: (context: StepContext) => Promise<Fields> | Fields;
}

/** Makes rows, or chooses and rewrites those of earlier steps, without a model. Leaves `rows`, as JSON Lines. */
export function rowsStep({ name, version = 1, after = [], settings, make, measure }: RowsStepOptions): Step {
  return {
    ...{ name, kind: 'rows', version, after, settings },
    run: async (context) => {
      let rows = 0;
      async function* listLines(): AsyncGenerator<string> {
        for await (const row of make(context)) {
          rows += 1;
          yield `${JSON.stringify(row)}\n`;
        }
      }
      await pipeline(listLines, createWriteStream(join(context.folder, 'rows.jsonl')), { signal: context.abort });
      return { files: { rows: 'rows.jsonl' }, figures: { rows, ...(await measure?.(context)) } };
    },
  };
}

/** The rows that an earlier step left. */
export async function* readRows<Row extends object>({ getFile }: StepContext, step: string): AsyncGenerator<Row> {
  for await (const { value } of readJsonLines(getFile(step, 'rows'))) yield value as Row;
}
