import { EvaluationError } from '../../errors.ts';
import type { Protocol } from '../protocol.ts';
import type { Shots, ShotTexts } from './shots.ts';

/**
 * The shots of a form with the texts and the number that were asked for; undefined where it shows none.
 *
 * @throws EvaluationError where the form takes none, where there are too few, or where they are not those that it names
 */
export function setShots(form: Protocol, texts: ShotTexts | undefined, asked: number | undefined): Shots | undefined {
  const { shots } = form;
  if (shots === undefined) {
    if (texts === undefined && asked === undefined) return undefined;
    throw new EvaluationError({
      code: 'SHOTS_NOT_USED',
      kind: 'request',
      what: `Protocol '${form.name}@${form.version}' shows no examples.`,
      why: 'It does not say how one is written.',
      next: 'Leave --shots and --shots-count out, or give a protocol file that has "shots".',
      fields: { protocol: form.name },
    });
  }
  const count = asked ?? (shots.count === 0 ? (texts?.shots.length ?? 0) : shots.count);
  if (count === 0) return shots.count === 0 && texts === undefined ? shots : { ...shots, count };
  if (texts === undefined) return { ...shots, count };
  if (shots.sha256 !== undefined && shots.sha256 !== texts.sha256) {
    throw new EvaluationError({
      code: 'BAD_SHOTS',
      kind: 'request',
      what: `The examples are not those of protocol '${form.name}@${form.version}'.`,
      why: `Their hash is ${texts.sha256}, and it names ${shots.sha256}.`,
      next: 'Give the texts that it was made with, or leave "sha256" out of its "shots".',
      fields: { expected: shots.sha256, found: texts.sha256 },
    });
  }
  if (texts.shots.length < count) {
    throw new EvaluationError({
      code: 'TOO_FEW_SHOTS',
      kind: 'request',
      what: `Protocol '${form.name}@${form.version}' shows ${count} examples, and there are ${texts.shots.length}.`,
      next: 'Give a file with more, or --shots-count with fewer.',
      fields: { count, found: texts.shots.length },
    });
  }
  const source = texts.kind === 'file' ? { kind: 'file' as const } : shots.source;
  return { ...shots, count, source, sha256: texts.sha256 };
}
