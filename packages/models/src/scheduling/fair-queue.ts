import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

/** Where a request waits. */
export interface QueuePlace {
  /** Higher ones go first, whatever waits below them. */
  readonly priority: number;
  /** Stages of one priority share the turns. */
  readonly stage: string;
  /** A request that was sent before goes ahead of those of its priority and stage that were not. */
  readonly isRepeat: boolean;
  /** What its turn counts for: the tokens that it will take, as far as one knows. */
  readonly weight: number;
}

/** Whose turn it is: by priority, then the stage that has had the least of its share, then repeats. */
export interface FairQueue<T> {
  readonly size: number;
  /** Who is next. The same until someone joins, leaves or is taken. */
  readonly first: T | undefined;
  /** Returns how to leave, which says whether one had waited until then. */
  readonly join: (value: T, place: QueuePlace) => () => boolean;
  readonly take: () => T | undefined;
}

interface Entry<T> {
  readonly value: T;
  readonly weight: number;
}

interface Lane<T> {
  readonly repeats: WaitingLine<Entry<T>>;
  readonly fresh: WaitingLine<Entry<T>>;
  readonly share: number;
  /** What it has been given, in shares. */
  given: number;
}

interface Level<T> {
  readonly priority: number;
  readonly lanes: Map<string, Lane<T>>;
  size: number;
  /** What the last stage that was served had been given: one that comes later begins here, and cannot claim the past. */
  given: number;
}

/** Levels at which nobody waits that are kept for what their stages were given. */
const mostIdleLevels = 16;

/**
 * Start-time fair queueing over a few stages. A stage that has nothing waiting leaves its turns to the others and gets
 * none of them back. A repeat counts as any other request does: a stage at which everything fails gets its share, too.
 *
 * @param shares - How much of the turns each stage gets while several wait. @defaultValue 1 for each
 */
export function createFairQueue<T>(shares: Readonly<Record<string, number>> = {}): FairQueue<T> {
  /** Highest priority first. */
  const levels: Level<T>[] = [];
  let size = 0;

  const getLevel = (priority: number): Level<T> => {
    const at = levels.findIndex((level) => level.priority <= priority);
    const found = levels[at];
    if (found?.priority === priority) return found;
    const level: Level<T> = { priority, lanes: new Map(), size: 0, given: 0 };
    levels.splice(at < 0 ? levels.length : at, 0, level);
    return level;
  };

  const getLane = (level: Level<T>, stage: string): Lane<T> => {
    const found = level.lanes.get(stage);
    if (found !== undefined) return found;
    const share = Object.hasOwn(shares, stage) ? (shares[stage] ?? 1) : 1;
    const lane: Lane<T> = { repeats: createWaitingLine(), fresh: createWaitingLine(), share, given: 0 };
    level.lanes.set(stage, lane);
    return lane;
  };

  const countOut = (level: Level<T>): void => {
    size -= 1;
    level.size -= 1;
    // Who uses many priorities does not leave a level for each.
    if (level.size === 0 && levels.length > mostIdleLevels) levels.splice(levels.indexOf(level), 1);
  };

  const findNext = (): { readonly level: Level<T>; readonly lane: Lane<T> } | undefined => {
    const level = levels.find((one) => one.size > 0);
    if (level === undefined) return undefined;
    let next: Lane<T> | undefined;
    for (const lane of level.lanes.values()) {
      if (countWaiting(lane) > 0 && (next === undefined || lane.given < next.given)) next = lane;
    }
    return next && { level, lane: next };
  };

  return {
    get size() {
      return size;
    },
    get first() {
      const lane = findNext()?.lane;
      return (lane?.repeats.first ?? lane?.fresh.first)?.value;
    },
    join: (value, { priority, stage, isRepeat, weight }) => {
      const level = getLevel(priority);
      const lane = getLane(level, stage);
      if (countWaiting(lane) === 0) lane.given = Math.max(lane.given, level.given);
      const line = isRepeat ? lane.repeats : lane.fresh;
      const leave = line.join({ value, weight });
      size += 1;
      level.size += 1;
      return () => {
        const hasWaited = leave();
        if (hasWaited) countOut(level);
        return hasWaited;
      };
    },
    take: () => {
      const next = findNext();
      if (next === undefined) return undefined;
      const { level, lane } = next;
      const entry = lane.repeats.take() ?? lane.fresh.take();
      if (entry === undefined) return undefined;
      level.given = lane.given;
      lane.given += entry.weight / lane.share;
      countOut(level);
      return entry.value;
    },
  };
}

function countWaiting<T>({ repeats, fresh }: Lane<T>): number {
  return repeats.size + fresh.size;
}
