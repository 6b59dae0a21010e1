import type { Fields, Row } from '../engine/row.ts';
import type { FreeStage, OrderedStage, Shard } from '../engine/stage.ts';

export interface OnFieldOptions {
  /** Of the stage, which another of its kind may stand beside. */
  readonly name: string;
  /** The text that it reads in the place of `question`. */
  readonly field: string;
}

/**
 * A filter of questions over another text of the rows, such as what a rewriter made of them. It decides, drops and remembers as it
 * does over questions.
 *
 * @example
 * onField(filterLanguage(), { name: 'language-rewritten', field: 'rewritten' });
 */
export function onField<Gives extends object>(
  stage: FreeStage<{ question: string }, Gives>,
  options: OnFieldOptions,
): FreeStage<Fields, Gives>;
export function onField<Gives extends object, Prepared>(
  stage: OrderedStage<{ question: string }, Gives, Prepared>,
  options: OnFieldOptions,
): OrderedStage<Fields, Gives, Prepared>;
export function onField<Gives extends object, Prepared>(
  stage: FreeStage<{ question: string }, Gives> | OrderedStage<{ question: string }, Gives, Prepared>,
  { name, field }: OnFieldOptions,
): FreeStage<Fields, Gives> | OrderedStage<Fields, Gives, Prepared> {
  const description = { name, settings: { ...stage.settings, field }, needs: [field] };
  const show = (shard: Shard<Fields>): Shard<{ question: string }> => ({
    ...shard,
    rows: shard.rows.map(
      (row): Row<{ question: string }> => ({ ...row, fields: { question: String(row.fields[field]) } }),
    ),
  });
  if (stage.order === 'free') {
    return {
      ...stage,
      ...description,
      open: async (context) => {
        const run = await stage.open(context);
        return { ...run, judge: (shard: Shard<Fields>) => run.judge(show(shard)) };
      },
    };
  }
  return {
    ...stage,
    ...description,
    open: async (context) => {
      const run = await stage.open(context);
      return {
        ...run,
        prepare: (shard) => run.prepare(show(shard)),
        judge: (shard, prepared) => run.judge(show(shard), prepared),
      };
    },
  };
}
