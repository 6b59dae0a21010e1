import { ClosedLoop } from './closed-loop.ts';
import { type Line, requireGoingOn, runShard } from './run-shard.ts';

/** How many rows of a generator are in the dataset. */
export interface GeneratorResult {
  readonly generator: string;
  /** The rows that passed every stage, those beyond what was wanted left out. */
  readonly accepted: number;
  /** Rows that it gave, the dropped ones included. */
  readonly rows: number;
  /** False where the generator came to its end before: its list, or fifty rows for each that is wanted. */
  readonly isComplete: boolean;
}

/** Begins shards of each generator, slot by slot, until enough rows have passed; ends with the first error when all work has ended. */
export async function runLoops(line: Line): Promise<readonly GeneratorResult[]> {
  const { generators, shardRows, window } = line.recipe;
  const loops = generators.map((generator) => ({
    name: generator.name,
    generator,
    loop: new ClosedLoop({ generator, shardRows, window }),
    ends: new Map<number, Promise<void>>(),
    rows: 0,
    accepted: 0,
    isFinished: false,
  }));
  try {
    for (let slot = 0; loops.some(({ isFinished }) => !isFinished); slot++) {
      for (const one of loops) {
        if (one.isFinished) continue;
        await Promise.all(one.loop.listAwaited(slot).map((number) => one.ends.get(number)));
        requireGoingOn(line);
        const next = one.loop.next(slot);
        if (next === 'finished') one.isFinished = true;
        if (typeof next === 'string') continue;
        one.rows += next.rows;
        const end = runShard(line, { generator: one.name, ...next }).then(
          (accepted) => {
            one.loop.end(next.number, accepted);
            one.accepted += accepted;
            one.ends.delete(next.number);
          },
          (error: unknown) => {
            line.fail.note(error);
            throw error;
          },
        );
        end.catch(() => undefined);
        one.ends.set(next.number, end);
      }
    }
  } catch (error) {
    line.fail.note(error);
  }
  await Promise.allSettled(loops.flatMap(({ ends }) => [...ends.values()]));
  const failure = line.fail.first();
  if (failure !== undefined) throw failure.error;
  return loops.map(({ name, generator: { accept }, rows, accepted }) => ({
    ...{ generator: name, rows },
    accepted: accept === 'all' ? accepted : Math.min(accept, accepted),
    isComplete: accept === 'all' || accepted >= accept,
  }));
}
