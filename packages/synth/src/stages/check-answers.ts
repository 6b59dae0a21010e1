import { setImmediate as nextTurn } from 'node:timers/promises';
import { createVerifierPool, type PoolItem, type VerifierPool } from '@scalequest/verifier/pool';
import type { FreeStage, Shard } from '../engine/stage.ts';
import { findEquations } from '../replies/find-equations.ts';
import { findFinalAnswer, hasAnswerPhrase } from '../replies/find-final-answer.ts';
import { hideThinking } from '../replies/hide-thinking.ts';
import type { SampledResponse } from './respond.ts';

/** What the verifier says of one response. */
export interface AnswerCheck {
  /** The final answer, where the response marks one that can be read. */
  readonly answer: string | null;
  /** False where it was cut at `maxTokens` or by a filter, or ends inside its answer or its thinking. */
  readonly isComplete: boolean;
  /** Of the equations that arithmetic alone decides: how many were decided, and how many of those are wrong. */
  readonly equations: { readonly checked: number; readonly wrong: number };
}

export interface CheckAnswersOptions {
  /**
   * What counts as an answer. `parsed`: a final answer that the verifier reads. `phrase`: the response has "boxed" or "answer is"
   * somewhere, as the published code asks; no equation is looked at, and `isComplete` is what the server said.
   *
   * @defaultValue 'parsed'
   */
  readonly answers?: 'parsed' | 'phrase';
  /** Threads that check equations. They change no result. @defaultValue 1 */
  readonly workers?: number;
}

/** No comparison takes longer: fuel ends it, and no clock, so that every machine says the same. */
const fuel = 100_000;
const neverMs = 10 * 60_000;
/** Between two of these many responses the event loop has its turn. */
const responsesPerTurn = 32;

/**
 * Finds the final answer of each response, and has the verifier check every equation in it that arithmetic decides, in threads of
 * its own. Thinking that the solution stands behind is not looked at: it may try what is wrong, and find out. Gives `checks`, one for
 * each response; drops nothing.
 */
export function checkAnswers({
  answers = 'parsed',
  workers = 1,
}: CheckAnswersOptions = {}): FreeStage<{ responses: readonly SampledResponse[] }, { checks: readonly AnswerCheck[] }> {
  return {
    order: 'free',
    ...{ name: 'check', version: 2, settings: { answers, fuel }, needs: ['responses'], gives: ['checks'] },
    open: async () => {
      const pool = createVerifierPool({ workers, fuel, budgetMs: neverMs, cas: false, preset: 'strict' });
      return {
        judge: async (shard) => {
          const checks = answers === 'phrase' ? await checkPhrases(shard) : await checkShard(shard, pool);
          return checks.map((one) => ({ keep: { checks: one } }));
        },
        close: () => pool.close(),
      };
    },
  };
}

type ResponsesShard = Shard<{ responses: readonly SampledResponse[] }>;

interface OpenCheck {
  readonly answer: string | null;
  readonly isComplete: boolean;
  readonly equations: { checked: number; wrong: number };
}

async function checkShard({ rows, signal }: ResponsesShard, pool: VerifierPool): Promise<readonly AnswerCheck[][]> {
  const checks: OpenCheck[][] = [];
  // Whose each equation is, in the order in which they are sent: the results come in it.
  const owners: OpenCheck['equations'][] = [];

  async function* listEquations(): AsyncGenerator<PoolItem> {
    let read = 0;
    for (const { fields } of rows) {
      const ofRow: OpenCheck[] = [];
      checks.push(ofRow);
      for (const { text, finishReason } of fields.responses) {
        if (++read % responsesPerTurn === 0) await nextTurn();
        const { answer, isCut } = findFinalAnswer(text);
        const equations = { checked: 0, wrong: 0 };
        ofRow.push({ answer, isComplete: isWhole(finishReason) && !isCut, equations });
        for (const { left, right, tolerance } of findEquations(hideThinking(text) ?? text)) {
          owners.push(equations);
          const options = tolerance === undefined ? {} : { options: { tolerance, policies: { tolerance: true } } };
          yield { reference: left, candidate: right, ...options };
        }
      }
    }
  }

  let place = 0;
  for await (const { verdict } of pool.verifyMany(listEquations(), { signal })) {
    const equations = owners[place++];
    if (equations === undefined || verdict === 'undecided') continue;
    equations.checked += 1;
    if (verdict === 'different') equations.wrong += 1;
  }
  return checks;
}

async function checkPhrases({ rows }: ResponsesShard): Promise<readonly AnswerCheck[][]> {
  const checks: AnswerCheck[][] = [];
  let read = 0;
  for (const { fields } of rows) {
    const ofRow: AnswerCheck[] = [];
    checks.push(ofRow);
    for (const { text, finishReason } of fields.responses) {
      if (++read % responsesPerTurn === 0) await nextTurn();
      // Where there is a phrase and no answer to read, the response counts as answered, by an empty text that agrees with none.
      const answer = hasAnswerPhrase(text) ? (findFinalAnswer(text).answer ?? '') : null;
      ofRow.push({ answer, isComplete: isWhole(finishReason), equations: { checked: 0, wrong: 0 } });
    }
  }
  return checks;
}

function isWhole(finishReason: SampledResponse['finishReason']): boolean {
  return finishReason === 'stop' || finishReason === 'unknown';
}
