// Asks a generator of questions with the bare prefix, and measures by the oracle what it asks.
import { deriveSeed } from '@scalequest/core';
import { readWordProblem } from '@scalequest/datasets/embedded';
import { computeWilsonInterval } from '@scalequest/eval';
import { createLlamaClient } from '@scalequest/models';

/** As ScaleQuest asks (paper 2.2). No question of the grammar takes so many tokens: what does has no end. */
export const sampling = { temperature: 1, topP: 0.99, maxTokens: 128 };

/**
 * Questions of a GGUF file, sampled behind the bare prefix in this process. Each has a seed of its own.
 *
 * @returns of each its id, its text, and whether the model ended it
 */
export async function generateQuestions({ path, prefix, count, seed }) {
  const client = await createLlamaClient({ path, contextSize: 256 });
  try {
    return await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const id = `generation/${seed}/${i}`;
        const ownSeed = deriveSeed({ seed, configuration: 'question-training', id, epoch: 0 });
        const { choices } = await client.generate({
          prompt: { kind: 'completion', text: prefix },
          sampling: { ...sampling, stop: [], seed: ownSeed },
        });
        return { id, text: choices[0].text.trim(), isFinished: choices[0].finishReason === 'stop' };
      }),
    );
  } finally {
    await client.close();
  }
}

/**
 * What generations are worth by the oracle. One without an end is not valid, whatever it says so far.
 *
 * @param generations as `generateQuestions` gives them
 * @param seedQuestions what the generator was trained on, to count what it says by heart
 */
export function measureQuestions(generations, seedQuestions) {
  const readings = generations.map(({ text, isFinished }) => {
    const reading = readWordProblem(text);
    return isFinished ? reading : { kind: 'unsolvable', reason: 'unfinished' };
  });
  const valid = readings.filter(({ kind }) => kind === 'solvable');
  const texts = generations.map(({ text }) => text);
  const known = new Set(seedQuestions);
  return {
    count: generations.length,
    valid: shareOf(valid.length, generations.length),
    reasons: countReasons(readings),
    steps: meanOf(valid.map(({ steps }) => steps)),
    characters: meanOf(texts.map(({ length }) => length)),
    unique: new Set(texts).size / texts.length,
    verbatim: texts.filter((text) => known.has(text)).length / texts.length,
    unfinished: generations.filter(({ isFinished }) => !isFinished).length / generations.length,
  };
}

/**
 * How much more of one model's questions are valid than of another's, asked with the same seeds, and its interval at 95 %.
 *
 * @param before by request, whether what the one model asked is valid
 * @param after the same of the other
 */
export function compareValidity(before, after) {
  return meanOf(after.map((isValid, i) => Number(isValid) - Number(before[i])));
}

/** Whether each generation is a question with an answer, and has an end. */
export function judgeQuestions(generations) {
  return generations.map(({ text, isFinished }) => isFinished && readWordProblem(text).kind === 'solvable');
}

/** A share with its Wilson interval at 95 %. */
function shareOf(successes, trials) {
  const { low, high } = computeWilsonInterval({ successes, trials });
  return { share: successes / trials, low, high };
}

/** A mean with its interval at 95 %; undefined where there is nothing to take it of. */
function meanOf(values) {
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = 1.96 * Math.sqrt(variance / values.length);
  return { mean, low: mean - half, high: mean + half };
}

/** The reasons of those that are not valid, the most frequent first. */
function countReasons(readings) {
  const counts = new Map();
  for (const { reason } of readings) if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
