import { move, transferableSymbol, valueSymbol } from 'piscina';
import { findContamination, type SharedBenchmarkIndex } from './benchmark-index.ts';
import type { Fingerprints } from './fingerprints.ts';
import { type DetectLanguage, isEnglish } from './is-english.ts';
import { makeFingerprints } from './make-fingerprints.ts';

/** What a thread is asked about the questions of a shard. */
export type TextTask =
  | { readonly kind: 'english'; readonly questions: readonly string[] }
  | { readonly kind: 'fingerprints'; readonly questions: readonly string[]; readonly maskNumbers: boolean }
  | { readonly kind: 'contamination'; readonly questions: readonly string[]; readonly index: SharedBenchmarkIndex };

/** The answer to each kind of task. */
export interface TextAnswers {
  /** 1 for a question that is English, else 0. */
  readonly english: Uint8Array<ArrayBuffer>;
  readonly fingerprints: Fingerprints;
  readonly contamination: Uint32Array<ArrayBuffer>;
}

let detector: DetectLanguage | undefined;

/** The piscina worker: the work on texts that needs no order. */
export default async function answer(task: TextTask): Promise<unknown> {
  if (task.kind === 'fingerprints') {
    const made = makeFingerprints(task.questions, task);
    const buffers = Object.values(made).map((array: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) => array.buffer);
    return move({ [transferableSymbol]: buffers, [valueSymbol]: made });
  }
  if (task.kind === 'contamination') return move(findContamination(task.questions, task.index));
  detector ??= await loadDetector();
  const detect = detector;
  return move(Uint8Array.from(task.questions, (question) => (isEnglish(question, detect) ? 1 : 0)));
}

/** Its small table: with the small words of {@link isEnglish} the large one tells no more of these texts apart, in a third of the memory. */
async function loadDetector(): Promise<DetectLanguage> {
  const { eld } = await import('eld/small');
  return (text) => eld.detect(text).language;
}
