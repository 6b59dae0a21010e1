import type { FreeStage } from '../engine/stage.ts';
import type { DetectLanguage } from '../text/is-english.ts';
import { openTextWorkers } from '../text/text-workers.ts';

export interface FilterLanguageOptions {
  /** @defaultValue 'language' */
  readonly name?: string;
  /**
   * `english`: what is not English, or not all through, is dropped. `ascii`: what has a character above 127 is dropped, and an empty
   * question, as in the paper's code, which lets pass any language that is written without accents.
   *
   * @defaultValue 'english'
   */
  readonly by?: 'english' | 'ascii';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for ASCII.
const ascii = /^[\x00-\x7f]+$/;

/**
 * A stage that drops questions which are not English, as `not-english`. Formulas, LaTeX and names do not count; half of a question
 * in another language does.
 */
export function filterLanguage({
  name = 'language',
  by = 'english',
}: FilterLanguageOptions = {}): FreeStage<{ question: string }, object> {
  const judgeAscii = (question: string): boolean => ascii.test(question);
  return {
    order: 'free',
    ...{ name, version: 2, settings: { by }, needs: ['question'], gives: [] },
    open: async () => {
      if (by === 'ascii') {
        return { judge: async ({ rows }) => rows.map(({ fields }) => decide(judgeAscii(fields.question))) };
      }
      const workers = openTextWorkers();
      const detect = await loadDetector();
      return {
        judge: async ({ rows, signal }) => {
          const questions = rows.map(({ fields }) => fields.question);
          const judged = await workers.run({ kind: 'english', questions }, { signal });
          return judged.map((one) =>
            decide(typeof one === 'boolean' ? one : one.every((text) => detect(text) === 'en')),
          );
        },
        close: workers.close,
      };
    },
  };
}

function decide(isKept: boolean): { readonly keep: object } | { readonly drop: string } {
  return isKept ? { keep: {} } : { drop: 'not-english' };
}

/**
 * Here and not in the threads, since few texts come to it and its table is large. The small one: what the words of a text leave open the
 * large one tells no better, in three times the memory, and the smallest takes seven more of 22,000 English questions for foreign.
 */
async function loadDetector(): Promise<DetectLanguage> {
  const { eld } = await import('eld/small');
  return (text) => eld.detect(text).language;
}
