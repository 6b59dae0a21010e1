import type { ItemsJudge } from './items-judge.ts';
import type { BadItem, JudgedItem } from './schemas.ts';

type Task = Parameters<ItemsJudge['judge']>[1];

export interface TurnOptions {
  readonly judge: ItemsJudge['judge'];
  readonly task: Task;
  /** The most items that are with the threads at one time. */
  readonly mostAtOnce: number;
}

/**
 * Judges the items of a large request a few at a time, each making room for the next: the threads take what came first,
 * and one client's thousands would keep everybody else waiting until the last of them.
 */
export async function judgeInTurns(
  items: readonly unknown[],
  { judge, task, mostAtOnce }: TurnOptions,
): Promise<readonly (JudgedItem | BadItem)[]> {
  if (items.length <= mostAtOnce) return judge(items, task);
  const results: (JudgedItem | BadItem)[] = new Array(items.length);
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      const [result] = await judge([items[index]], task);
      results[index] = result as JudgedItem | BadItem;
    }
  };
  try {
    await Promise.all(Array.from({ length: mostAtOnce }, takeTurns));
  } finally {
    // Where one fails, nobody wants the others.
    next = items.length;
  }
  return results;
}
