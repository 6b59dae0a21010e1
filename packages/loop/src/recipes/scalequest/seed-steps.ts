import { createRandom, readJsonLines } from '@scalequest/core';
import { makeQuestionFilters, qftData } from '@scalequest/synth';
import { badConfig } from '../../config/resolve-config.ts';
import type { Step } from '../../engine/step.ts';
import { readList } from '../../steps/read-list.ts';
import { rowsStep } from '../../steps/rows-step.ts';
import { synthStep } from '../../steps/synth-step.ts';
import { describeDecontamination, locateData, locateDecontamination } from './decontamination.ts';
import type { LoopParts } from './scalequest-loop.ts';

interface SeedFile {
  readonly file: string;
  readonly key?: string | undefined;
}

/** What generators learn to ask from: the training sets of the paper, or a file of the user's. Ends with the step `qft-data`. */
export function makeSeedRows(parts: LoopParts): readonly Step[] {
  return parts.config.seeds === undefined ? [readTrainingSets(parts)] : readFile(parts, parts.config.seeds);
}

function readTrainingSets(parts: LoopParts): Step {
  const { config, access } = parts;
  const { form, counts } = config;
  // In the proportion of the two.
  const gsm8k = Math.max(1, Math.round((counts.seeds * 7_473) / 14_971));
  const rows = { gsm8k, math: Math.max(1, counts.seeds - gsm8k) };
  return synthStep({
    name: 'qft-data',
    settings: { form, rows, ...describeDecontamination(config) },
    recipe: () =>
      qftData({ form, rows, ...locateData(config, access), decontamination: locateDecontamination(config, access) }),
    models: {},
    fields: ['question'],
  });
}

/** So many questions of the file, drawn by the seed of the loop; then the filters that look at a text alone. */
function readFile(parts: LoopParts, { file, key = 'question' }: SeedFile): readonly Step[] {
  const { config, access } = parts;
  const { form, counts } = config;
  return [
    rowsStep({
      name: 'seed-questions',
      settings: { count: counts.seeds, key },
      make: ({ seed }) => drawQuestions({ file, key, seed, count: counts.seeds }),
    }),
    synthStep({
      name: 'qft-data',
      reads: ['seed-questions'],
      settings: { form, ...describeDecontamination(config) },
      recipe: async ({ getFile }) => {
        const { count, stage } = await readList(getFile('seed-questions', 'rows'));
        return {
          name: 'qft-data',
          description: 'Questions of a file as a generator of questions learns to ask them.',
          form,
          generators: [{ name: 'seeds', accept: 'all', rows: count }],
          stages: [
            stage,
            ...(form === 'faithful' ? [] : makeQuestionFilters(form, locateDecontamination(config, access))),
          ],
        };
      },
      models: {},
      fields: ['question'],
    }),
  ];
}

async function* drawQuestions({
  file,
  key,
  seed,
  count,
}: {
  readonly file: string;
  readonly key: string;
  readonly seed: number;
  readonly count: number;
}): AsyncGenerator<object> {
  const questions: string[] = [];
  for await (const { value, line } of readJsonLines(file)) {
    const question = (value as Readonly<Record<string, unknown>> | null)?.[key];
    if (typeof question !== 'string' || question.trim() === '') {
      throw badConfig(
        `A line of '${file}' has no text under "${key}".`,
        `It is line ${line}.`,
        'Give "seeds.key", the name under which its questions are.',
      );
    }
    questions.push(question.trim());
  }
  if (questions.length === 0) {
    throw badConfig(
      `There is no question in '${file}'.`,
      'It is the file of "seeds", from which generators learn to ask.',
      `Give a JSON Lines file with a "${key}" in each line.`,
    );
  }
  const drawn = createRandom(`loop.seeds/${seed}`).shuffle(questions).slice(0, count);
  for (const [index, question] of drawn.entries()) yield { id: `seeds/${index}`, question };
}
