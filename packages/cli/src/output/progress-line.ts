import type { Progress } from '@scalequest/eval';
import type { ModelStatistics } from '@scalequest/models';
import { formatCount, formatDuration, formatInterval, formatPercent } from './format.ts';
import { formatEndpoints, formatEndpointsLine } from './format-endpoints.ts';
import { createLiveLine, type LiveLine } from './live-line.ts';

/** The live line of an evaluation. */
export interface ProgressLine extends Pick<LiveLine, 'say' | 'end'> {
  /** Shows the servers as well, where their figures are given: a table on a terminal, a second line elsewhere. */
  readonly update: (progress: Progress, statistics?: ModelStatistics) => void;
}

/** From here on a silence is worth a word. */
const silenceMs = 15_000;

export function createProgressLine(line: LiveLine = createLiveLine()): ProgressLine {
  return {
    say: line.say,
    end: line.end,
    update: (progress, statistics) => {
      const text = formatProgress(progress);
      const room = line.getRoom();
      if (statistics === undefined) line.update(text);
      else if (room === undefined) line.update(`${text}\n${formatEndpointsLine(statistics)}`);
      else line.update(text, formatEndpoints(statistics, { width: room.columns }));
    },
  };
}

export function formatProgress(progress: Progress): string {
  const { done, total, outcomes, tokens, remainingMs } = progress;
  const parts = [
    `${formatCount(done)}/${formatCount(total)}`,
    `${progress.samplesPerSecond.toFixed(progress.samplesPerSecond < 10 ? 1 : 0)}/s`,
    `correct ${formatPercent(progress.accuracy)} ${formatInterval(progress.interval)}`,
  ];
  if (outcomes.truncated > 0) parts.push(`truncated ${formatCount(outcomes.truncated)}`);
  if (outcomes.error > 0) parts.push(`errors ${formatCount(outcomes.error)}`);
  if (progress.inFlight > 0) parts.push(`in flight ${progress.inFlight} of ${progress.concurrencyLimit}`);
  if (tokens !== undefined) parts.push(`${formatCount(tokens.completion)} tokens`);
  // A rate that falls because nothing answers says nothing about the time that is left.
  if (progress.silentMs >= silenceMs) parts.push(`no reply for ${formatDuration(progress.silentMs)}`);
  else if (done < total && remainingMs !== undefined) parts.push(`${formatDuration(remainingMs)} left`);
  return parts.join(' · ');
}
