import type { ManifestEntry } from './manifest.ts';
import type { Generator } from './recipe.ts';
import type { Usage } from './shard-models.ts';

/** What a stage did, all shards together. */
export interface StageFigures {
  readonly stage: string;
  readonly shards: number;
  /** That came to it. */
  readonly rows: number;
  readonly kept: number;
  /** Rows by the reason for which they were dropped, the most frequent first. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Of answers that count; undefined where it asked no model. */
  readonly usage?: Usage;
}

/** How far a generator is. */
export interface GeneratorFigures {
  readonly generator: string;
  /** Rows that its first stage is done with. */
  readonly rows: number;
  /** Rows that passed every stage, those beyond what is wanted left out. */
  readonly accepted: number;
  /** Undefined where each that passes is taken. */
  readonly wanted: number | undefined;
}

/** The parts of a recipe that say where rows begin and where they pass. */
export interface Course {
  readonly generators: readonly Generator[];
  readonly stages: readonly { readonly name: string; readonly generators?: readonly string[] }[];
}

/** The stages through which a generator's rows go, in their order. */
export function listStagesOf({ stages }: Course, generator: string): readonly string[] {
  return stages.filter(({ generators }) => generators?.includes(generator) ?? true).map(({ name }) => name);
}

interface Sums {
  shards: number;
  rows: number;
  kept: number;
  readonly dropped: Map<string, number>;
  requests: number;
  promptTokens: number;
  completionTokens: number;
}

/** How many rows came to each stage, and what became of them. */
export class Funnel {
  readonly #course: Course;
  readonly #stages: ReadonlyMap<string, Sums>;
  readonly #ends: ReadonlyMap<
    string,
    { first: string | undefined; last: string | undefined; rows: number; passed: number }
  >;

  constructor(course: Course) {
    this.#course = course;
    this.#stages = new Map(course.stages.map(({ name }) => [name, startSums()]));
    this.#ends = new Map(
      course.generators.map(({ name }) => {
        const stages = listStagesOf(course, name);
        return [name, { first: stages[0], last: stages.at(-1), rows: 0, passed: 0 }];
      }),
    );
  }

  add({ stage, generator, rows, kept, dropped, usage }: ManifestEntry): void {
    const sums = this.#stages.get(stage);
    const ends = this.#ends.get(generator);
    if (sums === undefined || ends === undefined) return;
    sums.shards += 1;
    sums.rows += rows;
    sums.kept += kept;
    for (const [reason, count] of Object.entries(dropped)) {
      sums.dropped.set(reason, (sums.dropped.get(reason) ?? 0) + count);
    }
    sums.requests += usage?.requests ?? 0;
    sums.promptTokens += usage?.promptTokens ?? 0;
    sums.completionTokens += usage?.completionTokens ?? 0;
    if (stage === ends.first) ends.rows += rows;
    if (stage === ends.last) ends.passed += kept;
  }

  /** In the order of the stages. */
  readStages(): readonly StageFigures[] {
    return [...this.#stages].map(([stage, { shards, rows, kept, dropped, ...usage }]) => ({
      ...{ stage, shards, rows, kept },
      dropped: Object.fromEntries([...dropped].sort(([, one], [, other]) => other - one)),
      ...(usage.requests === 0 ? {} : { usage }),
    }));
  }

  readGenerators(): readonly GeneratorFigures[] {
    return this.#course.generators.map(({ name, accept }) => {
      const { rows, passed } = this.#ends.get(name) ?? { rows: 0, passed: 0 };
      const wanted = accept === 'all' ? undefined : accept;
      return { generator: name, rows, accepted: Math.min(passed, wanted ?? passed), wanted };
    });
  }
}

function startSums(): Sums {
  return { shards: 0, rows: 0, kept: 0, dropped: new Map(), requests: 0, promptTokens: 0, completionTokens: 0 };
}
