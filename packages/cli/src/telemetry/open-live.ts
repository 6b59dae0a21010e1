import type { Progress } from '@scalequest/eval';
import type { ModelClient, ModelStatistics } from '@scalequest/models';
import type { ProgressLine } from '../output/progress-line.ts';
import type { LiveFlags } from '../setup/live-options.ts';
import { formatMetricsLine } from './metrics-line.ts';
import { openMetricsFile } from './open-metrics-file.ts';

export interface LiveInput {
  readonly plan: { readonly task: { readonly name: string }; readonly client: ModelClient };
  /** The run folder. */
  readonly folder: string;
  readonly options: LiveFlags;
  readonly progress: ProgressLine;
}

/** What is seen of a run while it goes on: the line and the table of the terminal, and the stream of figures. */
export interface Live {
  readonly update: (progress: Progress) => void;
  readonly close: () => Promise<void>;
}

/** How often the figures of the servers are read for the terminal. */
const everyMs = 1000;

/** @throws as {@link openMetricsFile} */
export async function openLive({ plan: { task, client }, folder, options, progress }: LiveInput): Promise<Live> {
  let last: Progress | undefined;
  let read: { readonly statistics: ModelStatistics; readonly atMs: number } | undefined;
  // Percentiles of hundreds of servers take milliseconds.
  const readStatistics = (): ModelStatistics => {
    const now = performance.now();
    if (read === undefined || now - read.atMs >= everyMs) read = { statistics: client.getStatistics(), atMs: now };
    return read.statistics;
  };
  const session = new Date();
  const source = { benchmark: task.name, client, folder, getProgress: () => last };
  const file =
    options.metrics === undefined
      ? undefined
      : await openMetricsFile(options.metrics, {
          makeLine: () => formatMetricsLine(source, { time: new Date(), session }),
          say: progress.say,
        });
  return {
    update: (now) => {
      last = now;
      const statistics = readStatistics();
      const listed = statistics.endpoints.filter(({ isListed }) => isListed).length;
      progress.update(now, listed > 1 || (options.live === true && listed > 0) ? statistics : undefined);
    },
    close: async () => await file?.close(),
  };
}
