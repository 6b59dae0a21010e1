/** A value that JSON holds as it is. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export type Fields = Readonly<Record<string, Json>>;

/** What a step of a loop does. */
export type StepKind = 'rows' | 'train' | 'synth' | 'measure' | 'evaluate' | 'leaderboard';

/**
 * One step of a loop. It works in a folder of its own, mostly by an ordinary run of the kind, which can be looked at, resumed and
 * exported as any other.
 */
export interface Step {
  /** Of its folder too: letters, digits and hyphens. */
  readonly name: string;
  readonly kind: StepKind;
  /** Raised where the same settings make other files. */
  readonly version: number;
  /** Earlier steps whose files it reads. */
  readonly after: readonly string[];
  /** All that decides its files, beside the seed and the files that it reads. */
  readonly settings: Fields;
  /** Does the whole of it, or what an earlier session left. */
  readonly run: (context: StepContext) => Promise<StepEnd>;
  /** For `--plan`. @defaultValue the step is not in the plan's sums */
  readonly work?: StepWork;
}

export interface StepContext {
  /** The step's own. It is there, with what an earlier session left in it. */
  readonly folder: string;
  /** Of the loop. */
  readonly seed: number;
  /**
   * The path of a file that an earlier step made. It has been seen to hold what that step wrote.
   *
   * @throws LoopError `STEP_BROKEN` where the step is not in `after`, or made no such file
   */
  readonly getFile: (step: string, file: string) => string;
  /**
   * The folder of an earlier step, for what goes on from a whole run.
   *
   * @throws LoopError `STEP_BROKEN` where the step is not in `after`
   */
  readonly getFolder: (step: string) => string;
  /** What an earlier step measured. */
  readonly getFigures: (step: string) => Fields;
  /** Ends after what is out, and keeps what was done. */
  readonly stop: AbortSignal;
  /** Ends at once. */
  readonly abort: AbortSignal;
  /** How it goes, in a few words: the last ones are shown. */
  readonly tell: (progress: string) => void;
  /** Something that the user should read. */
  readonly say: (text: string) => void;
}

/** What a step leaves. Nothing in it may come from a clock: a loop that was killed ends with the same. */
export interface StepEnd {
  /** Paths in the step's folder, by the names under which later steps ask for them. */
  readonly files: Readonly<Record<string, string>>;
  /** Numbers for the report. @defaultValue none */
  readonly figures?: Fields;
}

/**
 * How much a step has to do at its size, for a plan: amounts, which the unit figures of `src/plan` turn into hours of a GPU and
 * money. An amount that rests on a share of the paper's says so in `because`.
 */
export interface StepWork {
  /** What does this step alone, as typed; `{loop}` stands for the folder of the loop. */
  readonly commands: readonly string[];
  readonly calls?: readonly ModelWork[];
  readonly training?: TrainingWork;
  /** What is left on the disk. */
  readonly diskBytes: number;
  /** What must be there before it begins, such as a model or a test set. */
  readonly needs?: readonly StepNeed[];
  readonly because?: string;
}

/** What a step asks of one model. */
export interface ModelWork {
  /** The role in the step, such as `judge`. */
  readonly role: string;
  /** The name of the model as the user gave it, or the step that makes it. */
  readonly model: string;
  /** In billions. */
  readonly parameters: number;
  readonly task: 'replies' | 'scores';
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface TrainingWork {
  /** In billions. */
  readonly parameters: number;
  /** Tokens that pass through the model, all epochs. */
  readonly tokens: number;
  readonly method: 'sft' | 'dpo' | 'regression';
}

export type StepNeed =
  | { readonly kind: 'model'; readonly name: string; readonly why: string }
  | { readonly kind: 'benchmark'; readonly name: string }
  | { readonly kind: 'endpoint'; readonly role: string }
  | { readonly kind: 'python' };
