import type { RecordedReply } from '@scalequest/datasets/replies';
import { nameSourceLabel, sourceLabelGrader } from '../pipeline/source-label.ts';
import { type MappedLog, readLabel } from './map-log.ts';

/**
 * Streams the replies of a log as recorded ones. Each of the log's graders comes along by name, and the first of them is
 * the label.
 */
export async function* readLogReplies({ graders, readSamples }: MappedLog): AsyncGenerator<RecordedReply> {
  const [first] = graders;
  const names = [
    ...(first === undefined ? [] : [[sourceLabelGrader, first] as const]),
    ...graders.map((grader) => [nameSourceLabel(grader), grader] as const),
  ];
  for await (const { id, epoch, reply, finishReason, error, usage, latencyMs, judgement } of readSamples()) {
    const head = { isError: error !== undefined, finishReason, judgement };
    const labels = names.flatMap(([name, grader]) => {
      const outcome = readLabel(head, grader);
      return outcome === undefined ? [] : [[name, outcome] as const];
    });
    const verdict = first === undefined || error !== undefined ? undefined : judgement.verdicts.get(first);
    yield {
      id,
      epoch,
      reply,
      finishReason,
      ...(error === undefined ? {} : { error }),
      ...(usage === undefined ? {} : { usage }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(verdict === undefined ? {} : { label: verdict === 'correct' }),
      labels: Object.fromEntries(labels),
    };
  }
}
