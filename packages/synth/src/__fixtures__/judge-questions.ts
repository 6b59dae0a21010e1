import type { Row } from '../engine/row.ts';
import { openShardModels } from '../engine/shard-models.ts';
import type { Decision, FreeStage, OrderedStage, Shard } from '../engine/stage.ts';

type Question = { readonly question: string };

/** Rows of questions as a recipe brings them to a stage that asks no model. */
export function makeShard(
  questions: readonly string[],
  { number = 0, first = 0, generator = 'test' } = {},
): Shard<Question> {
  const { signal } = new AbortController();
  const rows = questions.map((question, at): Row<Question> => ({ generator, index: first + at, fields: { question } }));
  const onFatal = (): void => undefined;
  const models = openShardModels({ folder: '/nowhere', stage: 'test', models: {}, stop: signal, signal, onFatal });
  return { generator, number, rows, models, seedOf: () => 0, signal };
}

export async function judgeFree(
  stage: FreeStage<Question, object>,
  questions: readonly string[],
  scratch: string,
): Promise<readonly Decision<object>[]> {
  const run = await stage.open({ seed: 0, scratch, signal: new AbortController().signal });
  try {
    return await run.judge(makeShard(questions));
  } finally {
    await run.close?.();
  }
}

/** Shards one after the other, those of `remembered` as an earlier session gave them. */
export async function judgeInOrder<Prepared>(
  stage: OrderedStage<Question, object, Prepared>,
  shards: readonly Shard<Question>[],
  { scratch, remembered = [] }: { readonly scratch: string; readonly remembered?: readonly Uint8Array[] },
): Promise<{ readonly decisions: readonly Decision<object>[][]; readonly memories: readonly Uint8Array[] }> {
  const run = await stage.open({ seed: 0, scratch, signal: new AbortController().signal });
  const decisions: Decision<object>[][] = [];
  const memories: Uint8Array[] = [];
  try {
    for (const memory of remembered) run.remember(memory);
    for (const shard of shards) {
      const judged = await run.judge(shard, await run.prepare(shard));
      decisions.push([...judged.decisions]);
      memories.push(judged.memory);
    }
    return { decisions, memories };
  } finally {
    await run.close?.();
  }
}
