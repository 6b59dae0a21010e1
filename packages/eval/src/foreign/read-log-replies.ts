import type { RecordedReply } from '@scalequest/datasets/replies';
import type { MappedLog } from './map-log.ts';

/**
 * Streams the replies of a log as recorded ones. The label is the verdict of the log's first grader; where there are
 * several, each verdict comes along by name.
 */
export async function* readLogReplies({ graders, readSamples }: MappedLog): AsyncGenerator<RecordedReply> {
  const [first] = graders;
  for await (const { id, epoch, reply, finishReason, error, verdicts } of readSamples()) {
    const labels = Object.fromEntries(Object.entries(verdicts).map(([name, verdict]) => [name, verdict === 'correct']));
    const label = first === undefined ? undefined : labels[first];
    yield {
      id,
      epoch,
      reply,
      finishReason,
      ...(error === undefined ? {} : { error }),
      ...(label === undefined ? {} : { label }),
      ...(graders.length > 1 ? { labels } : {}),
    };
  }
}
