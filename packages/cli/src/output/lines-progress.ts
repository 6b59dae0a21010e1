import { formatCount, formatPercent } from './format.ts';
import { createLiveLine } from './live-line.ts';

export interface LinesProgress {
  /** Lines that are done, bad ones among them. */
  readonly lines: number;
  readonly bad: number;
  /** How the others ended, where that is told while they come. */
  readonly outcomes?: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  /** The share of the file that is read, 0 to 1; undefined where its size is not known. */
  readonly share: number | undefined;
}

/** A line that says now and then how far the work is. */
export interface LinesProgressLine {
  /** A message of its own, above the line. */
  readonly say: (text: string) => void;
  readonly end: () => void;
}

const everyMs = 250;

/** What is done within this time needs no progress. */
const quietMs = 2000;

/** @param isOn - false where the result itself goes to the terminal, and a line between would tear it */
export function createLinesProgress(
  read: () => LinesProgress,
  { isOn }: { readonly isOn: boolean },
): LinesProgressLine {
  const line = createLiveLine();
  const update = (): void => {
    const progress = read();
    if (isOn && progress.elapsedMs >= quietMs) line.update(formatLinesProgress(progress));
  };
  const timer = setInterval(update, everyMs);
  timer.unref();
  return {
    say: line.say,
    end: () => {
      clearInterval(timer);
      update();
      line.end();
    },
  };
}

/** `1,234,000 lines · 25,012/s · 1,200,000 passed · 33,997 failed · 3 bad · 41.5 % of the file`. */
export function formatLinesProgress({ lines, bad, outcomes = {}, elapsedMs, share }: LinesProgress): string {
  const rate = (lines * 1000) / Math.max(1, elapsedMs);
  const parts = [`${formatCount(lines)} line${lines === 1 ? '' : 's'}`];
  parts.push(`${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`);
  for (const [outcome, count] of Object.entries({ ...outcomes, bad })) {
    if (count > 0 || outcome === 'bad') parts.push(`${formatCount(count)} ${outcome}`);
  }
  if (share !== undefined) parts.push(`${formatPercent(share)} of the file`);
  return parts.join(' · ');
}
