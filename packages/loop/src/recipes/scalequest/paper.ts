import type { ChatTemplate } from '@scalequest/eval';
import type {
  DecontaminateOptions,
  Prompts,
  QuestionPrefix,
  Recipe,
  RecipeForm,
  RunCodeOptions,
  Stage,
} from '@scalequest/synth';
import type { TrainSettings } from '@scalequest/train-bridge';
import type { LoopCounts, ScalequestArm } from '../../config/loop-config.ts';

/** What a recipe of the paper is made of, and what it takes where the user says nothing. */
export interface PaperRecipe {
  readonly name: string;
  readonly description: string;
  /** What generators ask for: it decides the prompts of the pairs. */
  readonly subject: 'math' | 'code';
  readonly generators: Readonly<Record<string, PaperGenerator>>;
  /** Models that are given, by role. */
  readonly roles: Readonly<Record<string, PaperModel & { readonly task: 'replies' | 'scores' }>>;
  readonly students: Readonly<Record<string, PaperStudent>>;
  readonly counts: (form: RecipeForm) => LoopCounts;
  readonly benchmarks: readonly string[];
  readonly protocol: string;
  /** Longest reply to a problem. @defaultValue the protocol's */
  readonly evaluationTokens?: number;
  /** Whether the seed questions are the training sets of GSM8K and MATH; else the user has a file of them. */
  readonly hasSeeds: boolean;
  /** The recipe of the synthesis. */
  readonly makeQuestions: (options: QuestionOptions) => Recipe;
  /** One answer to a question that nobody looked at. */
  readonly answerOnce: (prompts: Prompts) => Stage;
  /** Controls that can be had of it. */
  readonly arms: (form: RecipeForm) => readonly ScalequestArm[];
}

export interface QuestionOptions {
  readonly form: RecipeForm;
  readonly rows: Readonly<Record<string, number>>;
  readonly prefixes: Readonly<Record<string, QuestionPrefix>>;
  readonly prompts: Prompts;
  readonly decontamination: Omit<DecontaminateOptions, 'name'> | undefined;
  /** What runs programs. */
  readonly sandbox: NonNullable<RunCodeOptions['sandbox']>;
}

export interface PaperModel {
  /** Its name on the hub. */
  readonly repository: string;
  /** In billions. */
  readonly parameters: number;
}

export interface PaperGenerator extends PaperModel {
  /** What it is trained with, and asked with in the form `fixed`. */
  readonly prefix: QuestionPrefix;
  /** What the published code asks it with. @defaultValue the same */
  readonly published?: QuestionPrefix;
  /** What servers put before every text by themselves. */
  readonly beginning: string;
}

export interface PaperStudent extends PaperModel {
  /** As the paper's table names it. */
  readonly title: string;
  readonly learningRate: number;
  /** The name of one that ships, or one of its own. */
  readonly template: string | ChatTemplate;
  readonly beginning: string;
  /** Put over the recipe `student-sft`. @defaultValue nothing */
  readonly settings?: TrainSettings;
}
