import type { TrainingStatus, TrainProgress, TrainState } from '@scalequest/train-bridge';
import { formatCount, formatDuration } from './format.ts';

/** From here on a silence is worth a word: a worker says that it is alive every ten seconds. */
const silenceMs = 60_000;

/** One line: `step 1,240 of 15,000 · loss 0.412 · 9,800 tokens/s · 0.6 GiB · 14 min 05 s left`. */
export function formatTrainProgress({ state, silentMs }: TrainProgress): string {
  const parts = [describeStep(state)];
  if (state.loss !== undefined) parts.push(`loss ${state.loss.toFixed(3)}`);
  if (state.tokensPerSecond !== undefined) parts.push(`${formatCount(Math.round(state.tokensPerSecond))} tokens/s`);
  if (state.memoryGiB !== undefined) parts.push(`${state.memoryGiB.toFixed(1)} GiB`);
  if (silentMs >= silenceMs) parts.push(`no word for ${formatDuration(silentMs)}`);
  else if (state.phase === 'training' && state.remainingMs !== undefined) {
    parts.push(state.remainingMs > 0 ? `${formatDuration(state.remainingMs)} left` : 'writing the model');
  }
  return parts.join(' · ');
}

function describeStep({ step, totalSteps, phase }: TrainState): string {
  if (totalSteps === undefined) return phase === 'starting' ? 'starting' : phase;
  return `step ${formatCount(step)} of ${formatCount(totalSteps)}`;
}

/** Several lines for `train status`. */
export function formatTrainingStatus(status: TrainingStatus): string {
  const { run, folder, standing, worker, silentMs, state } = status;
  const lines = [`${run}: ${standing}${worker === undefined ? '' : ` (${worker})`}`];
  if (state.attempt > 0 || state.lastEventAt !== undefined) {
    lines.push(formatTrainProgress({ state, silentMs: silentMs ?? 0 }));
  }
  if (state.error !== undefined) lines.push(`${state.error.class}: ${state.error.message}`);
  lines.push(`Run folder: ${folder}`);
  return lines.join('\n');
}
