import { move, transferableSymbol, valueSymbol } from 'piscina';
import { findContamination, type SharedBenchmarkIndex } from './benchmark-index.ts';
import type { Fingerprints } from './fingerprints.ts';
import { judgeEnglish } from './is-english.ts';
import { makeFingerprints } from './make-fingerprints.ts';

/** What a thread is asked about the questions of a shard. */
export type TextTask =
  | { readonly kind: 'english'; readonly questions: readonly string[] }
  | { readonly kind: 'fingerprints'; readonly questions: readonly string[]; readonly maskNumbers: boolean }
  | { readonly kind: 'contamination'; readonly questions: readonly string[]; readonly index: SharedBenchmarkIndex };

/** The answer to each kind of task. */
export interface TextAnswers {
  /** Of each question, whether it is English; of a doubtful one, the stretches that must all be. */
  readonly english: readonly (boolean | readonly string[])[];
  readonly fingerprints: Fingerprints;
  readonly contamination: Uint32Array<ArrayBuffer>;
}

/** The piscina worker: the work on texts that needs no order. */
export default async function answer(task: TextTask): Promise<unknown> {
  if (task.kind === 'fingerprints') {
    const made = makeFingerprints(task.questions, task);
    const buffers = Object.values(made).map(
      (array: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) => array.buffer,
    );
    return move({ [transferableSymbol]: buffers, [valueSymbol]: made });
  }
  if (task.kind === 'contamination') return move(findContamination(task.questions, task.index));
  return task.questions.map(judgeEnglish);
}
