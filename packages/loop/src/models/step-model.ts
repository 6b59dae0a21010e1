import type { RecipeModel, StageReward } from '@scalequest/synth';
import type { GivenModel } from '../config/loop-config.ts';
import type { StepContext } from '../engine/step.ts';

/** Who answers for a role of a step. */
export type StepModel =
  /** What a training of this loop made. */
  | {
      readonly step: string;
      /** As it is called where it is served. @defaultValue the name of the step */
      readonly called?: string;
    }
  /** A GGUF file, opened in this process. */
  | { readonly path: string }
  /** One of the user's, with its name in the configuration. */
  | { readonly given: string; readonly model: GivenModel };

export interface OpenedModels {
  readonly models: Readonly<Record<string, RecipeModel>>;
  /** Ends where a server ends that the step began, with what to tell of it. Work is to be given up then. */
  readonly failed: AbortSignal;
  readonly close: () => Promise<void>;
}

export interface OpenModelsInput {
  readonly models: Readonly<Record<string, StepModel>>;
  /** Roles whose models give a number for a text. @defaultValue none */
  readonly rewards?: readonly StageReward[];
  readonly context: StepContext;
}

/** Opens the models of a step for as long as it works. */
export type ModelOpener = (input: OpenModelsInput) => Promise<OpenedModels>;

/** A model as a step's settings name it: what decides its answers, and not where it is. */
export function describeModel(model: StepModel): string {
  if ('step' in model) return `step:${model.step}`;
  return 'path' in model ? 'file' : `given:${model.model.model}`;
}
