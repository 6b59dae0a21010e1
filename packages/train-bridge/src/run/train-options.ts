import type { TrainSettings } from '../config/apply-settings.ts';
import type { TrainConfig } from '../config/train-config.ts';
import type { TrainState } from '../events/train-state.ts';
import type { LauncherAccess } from '../launchers/find-launcher.ts';
import type { LauncherChoice } from '../launchers/launcher-choice.ts';
import type { ReadyPython } from '../python/python-environment.ts';
import type { VerifierAccess } from '../verifier/open-verifier.ts';

export interface TrainOptions {
  /** Name of a recipe, such as `nano.solver`. */
  readonly recipe: string;
  /** The run folder; made where it is missing. */
  readonly folder: string;
  /** @defaultValue 0 */
  readonly seed?: number | undefined;
  /** @defaultValue the recipe's, or what its epochs make of the rows */
  readonly steps?: number | undefined;
  /** Put over the recipe, by key: `{ 'optimizer.learningRate': 1e-5 }`. */
  readonly settings?: TrainSettings | undefined;
  /** The user's own rows, instead of those that the recipe makes: JSON Lines, or a folder that holds them. */
  readonly dataFile?: string | undefined;
  /** A model to begin with: a folder as transformers writes it, a GGUF file of ScaleQuest, or the run folder of a training. */
  readonly model?: string | undefined;
  /** The file of the model that ScaleQuest ships, which some recipes go on from where no model is given. */
  readonly embeddedModel?: string | undefined;
  /** Write the model of the newest checkpoint and do not train. The same call without it goes on with the training. */
  readonly exportOnly?: boolean | undefined;
  /** Waits before an attempt is begun again that the disk, the network or the system has ended. @defaultValue 10, 30 and 90 s */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Where a worker is started, should one be needed. One that is at work is followed wherever it runs. @defaultValue local */
  readonly launcher?: LauncherChoice | undefined;
  readonly access?: LauncherAccess | undefined;
  /** Where GRPO finds the server of its verifier, unless the configuration names one. */
  readonly verifier?: VerifierAccess | undefined;
  /** Asked for when a worker must be started, not before: a finished run needs no Python. */
  readonly getPython: () => Promise<TrainPython>;
  /** The command line, for the model card. */
  readonly command: string;
  /** Of the software, for provenance. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** Write a checkpoint and stop, within 120 s. */
  readonly stop?: AbortSignal | undefined;
  /** Stop at once. */
  readonly abort?: AbortSignal | undefined;
  /** Called at each event and once a second. */
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  readonly onMessage?: ((text: string) => void) | undefined;
}

/** The interpreter that trains. Of one on a cluster only the path may be known. */
export type TrainPython = Pick<ReadyPython, 'python' | 'packages'> & { readonly version: string | null };

export interface TrainProgress {
  readonly state: TrainState;
  /** Since the worker's last event. From a minute on something is wrong with it. */
  readonly silentMs: number;
}

export interface TrainResult {
  readonly status: 'finished' | 'interrupted';
  /** `nothing`: it was finished before. `followed`: a worker was at it already, and was waited for. */
  readonly did: 'trained' | 'followed' | 'exported' | 'nothing';
  readonly folder: string;
  readonly config: TrainConfig;
  readonly state: TrainState;
}
