import { makeFolder, pathExists } from '@scalequest/core';
import { acquireRunLock } from '@scalequest/runs';
import type { TrainConfig } from '../config/train-config.ts';
import { isUnreachable, TrainBridgeError } from '../errors.ts';
import type { TrainState } from '../events/train-state.ts';
import { findLauncher, type LauncherAccess } from '../launchers/find-launcher.ts';
import { checkLauncherChoice } from '../launchers/launcher-choice.ts';
import { hasToldEnd } from '../launchers/read-phase.ts';
import { readWorkerClaim } from '../launchers/worker-claim.ts';
import { writePlot } from '../plot/plot-training.ts';
import { findRecipe } from '../recipes/find-recipe.ts';
import { openVerifier } from '../verifier/open-verifier.ts';
import { refuseElsewhere } from './cancel-training.ts';
import type { StartedWorker } from './follow-worker.ts';
import { hasModel } from './has-model.ts';
import { listCheckpoints } from './list-checkpoints.ts';
import { prepareRun } from './prepare-run.ts';
import { readProvenance, writeProvenance } from './provenance.ts';
import { readTrainingStatus } from './read-training-status.ts';
import { runAttempts } from './run-attempts.ts';
import { nameRunFiles } from './run-files.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';
import { writeModelCard } from './write-model-card.ts';

/**
 * Trains by a recipe in a run folder. The same call goes on where an earlier one was stopped or killed, follows a worker
 * that an earlier one left behind, writes a model that is gone again, and does nothing where all is done. What may pass is
 * begun again by itself: `plan-retry.ts` says what and how.
 *
 * @throws TrainBridgeError where configuration or data differ from what the folder holds, and where the worker fails;
 * RunsError `RUN_LOCKED` where another process is at it
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { folder, onMessage, exportOnly = false } = options;
  const recipe = findRecipe(options.recipe);
  const choice = checkLauncherChoice(exportOnly ? { launcher: 'local' } : (options.launcher ?? { launcher: 'local' }));
  if (exportOnly) await requireCheckpoint(folder);
  await makeFolder(folder);
  const release = await acquireRunLock(folder);
  try {
    const config = await prepareRun({
      folder,
      recipe,
      seed: options.seed ?? 0,
      steps: options.steps,
      settings: options.settings ?? {},
      data: options.dataFile,
      model: options.model,
      embeddedModel: options.embeddedModel,
      command: options.command,
      signal: options.stop,
      onMessage,
    });
    const before = await readTrainingStatus(folder, { access: options.access });
    const isFinished = before.standing === 'finished';
    if (isFinished && (await hasModel(folder, config))) {
      await finish({ folder, recipe, config, state: before.state });
      return { status: 'finished', did: 'nothing', folder, config, state: before.state };
    }
    if (isFinished)
      onMessage?.(
        'This training is finished, and its model or a part of it is gone: it is written again from the last checkpoint.',
      );
    const left = await findLeft(folder, options.access);
    if (left !== undefined) {
      const name = left.launcher.describe(left.claim);
      onMessage?.(`A worker is at it already (${name}), left by an earlier command: following it.`);
    }
    // An export asks for no reward.
    const hasNoReplies = left === undefined && (isFinished || exportOnly);
    const verifier = await openVerifier({
      folder,
      config,
      access: hasNoReplies ? {} : options.verifier,
      isOnCluster: !hasNoReplies && (left?.launcher.name ?? choice.launcher) === 'ray',
      isLeft: left !== undefined,
      onMessage,
    });
    const { variables } = verifier;
    const input = { options, choice, config, left, attempt: before.state.attempt + 1, failures: [], variables };
    const ended = await runAttempts(input).finally(verifier.close);
    if (ended.state.phase !== 'done') {
      return { status: 'interrupted', did: left === undefined ? 'trained' : 'followed', folder, ...ended };
    }
    await finish({ folder, recipe, ...ended });
    const did = ended.state.done?.partial === true ? 'exported' : left === undefined ? 'trained' : 'followed';
    return { status: 'finished', did, folder, ...ended };
  } finally {
    await release();
  }
}

/** @throws TrainBridgeError `NO_CHECKPOINT` */
async function requireCheckpoint(folder: string): Promise<void> {
  if ((await listCheckpoints(folder)).length > 0) return;
  throw new TrainBridgeError({
    code: 'NO_CHECKPOINT',
    kind: 'request',
    what: `'${folder}' holds no checkpoint to write a model from.`,
    next: 'Run the command without --export-only first.',
    fields: { folder },
  });
}

/** A worker that an earlier command has left behind and that can be followed from here. */
async function findLeft(folder: string, access: LauncherAccess | undefined): Promise<StartedWorker | undefined> {
  const claim = readWorkerClaim(folder);
  if (claim === undefined) return undefined;
  const launcher = findLauncher(claim, access);
  const whereabouts = await launcher.look(folder, claim).catch(async (error: unknown) => {
    // A cluster that was shut down stands in nobody's way where its job had ended before.
    if (isUnreachable(error) && (await hasToldEnd(folder, claim))) return 'gone' as const;
    throw error;
  });
  if (whereabouts === 'elsewhere') throw refuseElsewhere({ folder, launcher, claim });
  return whereabouts === 'gone' ? undefined : { launcher, claim };
}

/** What is written behind the worker. Done again it changes nothing, so a kill in between costs nothing. */
async function finish({
  folder,
  recipe,
  config,
  state,
}: {
  readonly folder: string;
  readonly recipe: ReturnType<typeof findRecipe>;
  readonly config: TrainConfig;
  readonly state: TrainState;
}): Promise<void> {
  const provenance = await readProvenance(folder);
  if (provenance === undefined || (provenance.metrics !== null && (await pathExists(nameRunFiles(folder).card))))
    return;
  // An attempt that only wrote the model again has no loss and no time of its own.
  const isTrained = state.resumedFrom === undefined || state.resumedFrom !== state.done?.step;
  const measured = state.done?.metrics ?? {};
  const metrics = isTrained ? measured : (provenance.metrics ?? measured);
  const whole = { ...provenance, configHash: state.configHash ?? null, metrics };
  await writePlot(folder, nameRunFiles(folder).plot);
  await writeModelCard({ folder, recipe, config, state, provenance: whole });
  // What was written on the way is written again at the end.
  if (state.done?.partial !== true) await writeProvenance(folder, whole);
}
