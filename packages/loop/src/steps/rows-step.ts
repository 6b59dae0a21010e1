import { readJsonLines } from '@scalequest/core';
import type { Fields, Step, StepContext } from '../engine/step.ts';
import { writeRows } from './write-rows.ts';

export interface RowsStepOptions {
  readonly name: string;
  /** Raised where the same settings make other rows. @defaultValue 1 */
  readonly version?: number;
  /** @defaultValue none */
  readonly after?: readonly string[];
  readonly settings: Fields;
  /** The same rows for the same seed, files and settings. `note` takes figures of them, beside how many there are. */
  readonly make: (context: StepContext, note: (figures: Fields) => void) => AsyncIterable<object> | Iterable<object>;
}

/** Makes rows, or chooses and rewrites those of earlier steps, without a model. Leaves `rows`, as JSON Lines. */
export function rowsStep({ name, version = 1, after = [], settings, make }: RowsStepOptions): Step {
  return {
    ...{ name, kind: 'rows', version, after, settings },
    run: async (context) => {
      let figures: Fields = {};
      const made = make(context, (noted) => {
        figures = { ...figures, ...noted };
      });
      const { files, count } = await writeRows(made, context);
      return { files, figures: { rows: count, ...figures } };
    },
  };
}

/** The rows that an earlier step left. */
export async function* readRows<Row extends object>({ getFile }: StepContext, step: string): AsyncGenerator<Row> {
  for await (const { value } of readJsonLines(getFile(step, 'rows'))) yield value as Row;
}
