import type { LauncherChoice, TrainSettings } from '@scalequest/train-bridge';
import type { ReadFigure } from '../plan/unit-figures.ts';

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
  /** For `--plan`: how much it is by some unit figures. @defaultValue the step is not in the plan's sums */
  readonly work?: (read: ReadFigure) => StepWork;
  /** Of a training: how it is run. */
  readonly training?: TrainingRun;
}

/** What a training is given, also that which decides nothing about its files. */
export interface TrainingRun {
  /** All that is put over its recipe; those that decide its files are among the step's settings too. */
  readonly settings: TrainSettings;
  /** @defaultValue a process here */
  readonly launcher?: LauncherChoice;
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
 * How much a step has to do at its size, for a plan: amounts, from which the unit figures of `src/plan` make hours of a GPU, money and
 * room on the disk.
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
  /** What the reader of a plan should know of it, as sentences. */
  readonly notes?: readonly string[];
}

/** What a step asks of one model. */
export interface ModelWork {
  /** The role in the step, such as `judge`. */
  readonly role: string;
  readonly model: PlannedModel;
  /** `questions` are sampled behind a bare prefix, `scores` are numbers for texts. */
  readonly task: 'questions' | 'replies' | 'scores';
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A model as a plan sees it. */
export interface PlannedModel {
  /** As the user gave it, or the step that makes it. Roles of one name share their servers. */
  readonly name: string;
  /** In billions. Leave it out for a service that bills by tokens. */
  readonly parameters?: number;
  /** Of a million tokens, of a service. @defaultValue those of the unit figures, where they know the model */
  readonly prices?: { readonly in: number; readonly out: number };
}

export interface TrainingWork {
  /** Of `scalequest train`. */
  readonly method: 'qft' | 'qpo' | 'student-sft' | 'difficulty-regressor';
  /** In billions. */
  readonly parameters: number;
  /** Tokens that pass through the model, all epochs. */
  readonly tokens: number;
  /** That share it, each on a GPU. @defaultValue as many as there are GPUs */
  readonly processes?: number;
  /** Whether weights, gradients and moments are split over them. @defaultValue false: each holds all */
  readonly isSharded?: boolean;
}

/** What must be there before a loop begins. `checkNeeds` looks at each. */
export type StepNeed =
  /** A folder with weights and tokenizer; `source` is its name on a hub. */
  | { readonly kind: 'model'; readonly path: string; readonly source?: string }
  /** Where it is looked for, where not as everything else is. */
  | {
      readonly kind: 'benchmark';
      readonly name: string;
      readonly dataDir?: string;
      readonly allowDownload?: boolean;
    }
  | { readonly kind: 'file'; readonly path: string }
  /** Servers that answer as the model, by their addresses or by a file that lists them. */
  | {
      readonly kind: 'endpoint';
      readonly role: string;
      readonly model: string;
      readonly baseUrls?: readonly string[];
      readonly endpointsFile?: string;
      /** The variable that holds the key. @defaultValue no key */
      readonly keyVariable?: string;
      /** What is sent: turns, text that the model goes on with (`raw`), or what gets a number. */
      readonly prompts: 'turns' | 'raw' | 'scores';
    }
  /** Trains here. @defaultValue the interpreter that `checkNeeds` is given */
  | { readonly kind: 'python'; readonly interpreter?: string }
  /** The GPUs of this machine are at work. */
  | { readonly kind: 'gpus' }
  /** `isWanted`: by the configuration; else transformers would serve in its place, more slowly. */
  | { readonly kind: 'vllm'; readonly isWanted: boolean }
  /** Holds programs that a model wrote. */
  | { readonly kind: 'sandbox' };
