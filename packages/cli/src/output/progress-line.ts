import type { Progress } from '@scalequest/eval';
import { formatCount, formatDuration, formatInterval, formatPercent } from './format.ts';

/** A live display on standard error: one line that is rewritten on a terminal, a line now and then elsewhere. */
export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  /** A message of its own, above the line. */
  readonly say: (text: string) => void;
  readonly end: () => void;
}

/** Logs are read by people afterwards: a line every ten seconds is enough. */
const logEveryMs = 10_000;
/** From here on a silence is worth a word. */
const silenceMs = 15_000;

export function createProgressLine(): ProgressLine {
  const { stderr } = process;
  const isLive = stderr.isTTY === true;
  let hasLine = false;
  let lastLogMs = 0;
  let last: Progress | undefined;
  const clear = (): void => {
    if (hasLine) stderr.write('\r\u001b[2K');
    hasLine = false;
  };
  return {
    update: (progress) => {
      last = progress;
      if (isLive) {
        clear();
        stderr.write(formatProgress(progress).slice(0, Math.max(20, (stderr.columns ?? 80) - 1)));
        hasLine = true;
      } else if (progress.elapsedMs - lastLogMs >= logEveryMs) {
        lastLogMs = progress.elapsedMs;
        stderr.write(`${formatProgress(progress)}\n`);
      }
    },
    say: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    end: () => {
      clear();
      if (last !== undefined) stderr.write(`${formatProgress(last)}\n`);
      last = undefined;
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
