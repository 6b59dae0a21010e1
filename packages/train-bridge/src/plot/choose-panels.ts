import type { TrainKind } from '../config/train-config.ts';
import type { MetricSeries } from './metric-series.ts';

/** One chart: figures that share a scale. */
export interface Panel {
  readonly title: string;
  readonly series: readonly PanelSeries[];
}

export interface PanelSeries extends MetricSeries {
  /** As the legend has it. */
  readonly label: string;
}

/** What is worth a chart of its own, by kind: the title, and what stands in it by the names of the events and the legend. */
const ofKind: Readonly<Record<TrainKind, readonly (readonly [string, Readonly<Record<string, string>>])[]>> = {
  sft: [],
  dpo: [
    ['rewards', { 'rewards/chosen': 'chosen', 'rewards/rejected': 'rejected', 'rewards/margins': 'margin' }],
    ['reward accuracy', { 'rewards/accuracies': 'accuracy' }],
  ],
  reward: [
    ['accuracy', { accuracy: 'accuracy' }],
    ['rewards', { mean_reward: 'mean', margin: 'margin' }],
  ],
  regression: [
    ['error', { mae: 'mean absolute' }],
    ['correlation', { pearson: 'linear', spearman: 'of ranks' }],
  ],
  grpo: [
    ['reward', { reward: 'mean', reward_std: 'spread in a group' }],
    ['distance from the start (KL)', { kl: 'KL' }],
    ['reply length (tokens)', { 'completions/mean_length': 'mean' }],
  ],
};

/** Loss and learning rate, and then what the kind measures, as far as it was measured. */
export function choosePanels(kind: TrainKind, all: readonly MetricSeries[]): Panel[] {
  const wanted = [
    ['loss', { loss: 'loss' }],
    ['learning rate', { 'learning rate': 'learning rate' }],
    ...ofKind[kind],
  ] as const;
  return wanted
    .map(([title, names]) => ({ title, series: pick(names, all) }))
    .filter(({ series }) => series.length > 0);
}

function pick(names: Readonly<Record<string, string>>, all: readonly MetricSeries[]): PanelSeries[] {
  return Object.entries(names).flatMap(([name, label]) =>
    all
      .filter((series) => series.name === name && series.points.length > 0)
      .map((series) => ({ ...series, label: series.of === 'held' ? `${label}, held out` : label })),
  );
}
