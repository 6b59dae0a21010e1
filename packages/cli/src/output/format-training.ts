import type { TrainingStatus, TrainProgress, TrainState } from '@scalequest/train-bridge';
import { formatCount, formatDuration } from './format.ts';

/** From here on a silence is worth a word: a worker says that it is alive every ten seconds. */
const silenceMs = 60_000;

/** What of a kind's own figures is worth a place in the line, by TRL's names, and how it is called there. */
const shownMetrics: Readonly<Record<string, string>> = {
  'rewards/margins': 'margin',
  'rewards/accuracies': 'accuracy',
  accuracy: 'accuracy',
  margin: 'margin',
  mae: 'error',
  reward: 'reward',
  kl: 'KL',
  'completions/mean_length': 'length',
};

/** One line: `step 1,240 of 15,000 · loss 0.412 · lr 2e-5 · 9,800 tokens/s · 0.6 GiB · 14 min 05 s left`. */
export function formatTrainProgress({ state, silentMs }: TrainProgress): string {
  const parts = [describeStep(state)];
  if (state.loss !== undefined) parts.push(`loss ${state.loss.toFixed(3)}`);
  if (state.learningRate !== undefined) parts.push(`lr ${formatRate(state.learningRate)}`);
  parts.push(...describeMetrics(state.metrics));
  if (state.evaluation !== undefined) {
    const held = Object.entries(state.evaluation.metrics).filter(([name]) => name === 'loss' || name in shownMetrics);
    if (held.length > 0) parts.push(`held out: ${held.map(([name, value]) => describeFigure(name, value)).join(', ')}`);
  }
  if (state.tokensPerSecond !== undefined) parts.push(`${formatCount(Math.round(state.tokensPerSecond))} tokens/s`);
  if (state.memoryGiB !== undefined) parts.push(`${state.memoryGiB.toFixed(1)} GiB`);
  if (silentMs >= silenceMs) parts.push(`no word for ${formatDuration(silentMs)}`);
  else if (state.phase === 'training' && state.remainingMs !== undefined) {
    parts.push(state.remainingMs > 0 ? `${formatDuration(state.remainingMs)} left` : 'writing the model');
  }
  return parts.join(' · ');
}

/** Two digits: a learning rate is looked at for its size. */
function formatRate(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}

function describeMetrics(metrics: Readonly<Record<string, number>>): string[] {
  return Object.entries(metrics)
    .filter(([name]) => name in shownMetrics)
    .map(([name, value]) => describeFigure(name, value));
}

function describeFigure(name: string, value: number): string {
  return `${shownMetrics[name] ?? name} ${Number(value.toPrecision(3))}`;
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
