export interface Generation {
  readonly id: string;
  readonly text: string;
  /** Whether the model ended it. */
  readonly isFinished: boolean;
}

export interface GenerateQuestionsOptions {
  /** A GGUF file. */
  readonly path: string;
  readonly prefix: string;
  readonly count: number;
  readonly seed: number;
}

/** A share or a mean with its interval at 95 %. */
export interface QuestionFigures {
  readonly count: number;
  readonly valid: { readonly share: number; readonly low: number; readonly high: number };
  readonly reasons: Readonly<Record<string, number>>;
  readonly steps: { readonly mean: number; readonly low: number; readonly high: number } | undefined;
  readonly characters: { readonly mean: number; readonly low: number; readonly high: number } | undefined;
  readonly unique: number;
  readonly verbatim: number;
  readonly unfinished: number;
}

export function generateQuestions(options: GenerateQuestionsOptions): Promise<Generation[]>;
export function measureQuestions(generations: readonly Generation[], seedQuestions: readonly string[]): QuestionFigures;
