import type { CanaryPair } from '@scalequest/models';
import type { Fields, Row, RowPlace } from './row.ts';
import type { ShardModels } from './shard-models.ts';

/** What a stage says of a row: it goes on with new fields, or it goes no further, for a reason. */
export type Decision<Gives extends object = Fields> =
  | { readonly keep: Gives }
  | {
      /** A short constant, such as `not-english`: the funnel counts by it. */
      readonly drop: string;
      /** What was seen, for whoever looks into the drops. */
      readonly because?: Fields;
    };

/** Rows that travel together. */
export interface Shard<Needs extends object = Fields> {
  readonly generator: string;
  /** Which one of its generator, from 0. */
  readonly number: number;
  /** In the order of their index. */
  readonly rows: readonly Row<Needs>[];
  /** The models, with a journal of this shard's requests. */
  readonly models: ShardModels;
  /** The seed of a row's request in this stage: a function of the recipe, its seed, the row and the epoch. */
  readonly seedOf: (row: RowPlace, epoch?: number) => number;
  readonly signal: AbortSignal;
}

/** What a stage is given once, before its first shard. */
export interface StageContext {
  /** The run's seed, as the user gave it. */
  readonly seed: number;
  /** A folder for what can be made again, such as an index. It may vanish between sessions. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** A role whose model gives a number for a text, instead of a text. */
export interface StageReward {
  readonly role: string;
  /** Two prompts of which the first must get the higher number. @defaultValue a sum that is answered right, and wrong */
  readonly canary?: CanaryPair;
}

interface StageDescription {
  /** Its name in the funnel and in the run folder. */
  readonly name: string;
  /** Raised where the same settings give other decisions than before. */
  readonly version: number;
  /** All that decides what it says of a row, texts of prompts (or their hashes) and names of models included. */
  readonly settings: Fields;
  /** Fields that it reads. */
  readonly needs: readonly string[];
  /** Fields that every kept row has after it. */
  readonly gives: readonly string[];
  /** Roles of the models that it asks. @defaultValue none */
  readonly models?: readonly string[];
  /** Those among them that give a number for a text, and what proves their way to do so. @defaultValue none */
  readonly rewards?: readonly StageReward[];
  /** Rows of other generators pass by, without its fields. @defaultValue every generator's rows come by */
  readonly generators?: readonly string[];
}

/** A stage in which a row is judged by itself. Several shards are with it at once, in any order. */
export interface FreeStage<Needs extends object = Fields, Gives extends object = Fields> extends StageDescription {
  readonly order: 'free';
  readonly open: (context: StageContext) => Promise<FreeStageRun<Needs, Gives>>;
}

export interface FreeStageRun<Needs extends object = Fields, Gives extends object = Fields> {
  /** One decision for each row, in their order. */
  readonly judge: (shard: Shard<Needs>) => Promise<readonly Decision<Gives>[]>;
  readonly close?: () => Promise<void>;
}

/**
 * A stage in which earlier rows decide over later ones, such as the removal of duplicates. Shards come to `judge` one by one, in
 * an order that no clock decides: shard 0 of each generator in the recipe's order, then shard 1 of each, and so on.
 */
export interface OrderedStage<Needs extends object = Fields, Gives extends object = Fields, Prepared = unknown>
  extends StageDescription {
  readonly order: 'in-order';
  readonly open: (context: StageContext) => Promise<OrderedStageRun<Needs, Gives, Prepared>>;
}

export interface OrderedStageRun<Needs extends object = Fields, Gives extends object = Fields, Prepared = unknown> {
  /** The work that needs no order, such as hashing. Several shards at once, before their turn. */
  readonly prepare: (shard: Shard<Needs>) => Promise<Prepared>;
  /**
   * Decides, and remembers. What it must know in a later session is `memory`, and is kept beside the shard. The next shard comes
   * when it is done; one that takes long lets the event loop have its turns.
   */
  readonly judge: (
    shard: Shard<Needs>,
    prepared: Prepared,
  ) => OrderedDecisions<Gives> | Promise<OrderedDecisions<Gives>>;
  /** Takes in what an earlier session's `judge` gave, shard by shard in order. */
  readonly remember: (memory: Uint8Array) => void;
  readonly close?: () => Promise<void>;
}

export interface OrderedDecisions<Gives extends object = Fields> {
  /** One for each row, in their order. */
  readonly decisions: readonly Decision<Gives>[];
  readonly memory: Uint8Array;
}

export type Stage<Needs extends object = never, Gives extends object = object> =
  | FreeStage<Needs, Gives>
  // biome-ignore lint/suspicious/noExplicitAny: what is prepared goes from a stage to itself.
  | OrderedStage<Needs, Gives, any>;
