import {
  type Benchmark,
  getBenchmark,
  type LoadedBenchmark,
  type LoadOptions,
  loadBenchmark,
} from '@scalequest/datasets';
import type { FreeStage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { checkPrefix, formatSeedText, type QuestionPrefix } from '../prompts/question-prefixes.ts';

export interface ReadSeedQuestionsOptions {
  /** The data set of each generator, such as `math-train`, or a definition of one's own. */
  readonly sources: Readonly<Record<string, string | Benchmark>>;
  /** How the generator that learns from them begins and ends a question. */
  readonly prefix: QuestionPrefix;
  /** Where the data sets are looked for and kept, as `loadBenchmark` has it. */
  readonly dataDir?: string | undefined;
  readonly cacheDir: string;
  /** Where the hub is, and who asks. @defaultValue huggingface.co, nobody */
  readonly hub?: LoadOptions['hub'];
  /** Whether to download what is in neither. @defaultValue true */
  readonly allowDownload?: boolean;
}

interface SeedQuestion {
  readonly question: string;
  /** What QFT trains on: begins with the generator's prefix and ends with what generation stops at. */
  readonly text: string;
  readonly source: { readonly dataset: string; readonly id: string };
}

/**
 * Reads the questions that QFT learns from, without their answers (paper 2.2): row i of a generator is question i of its data set.
 * Gives `question`, `text` and `source`; drops 'no-row' behind the end of a data set, and 'empty'.
 *
 * @throws SynthError `INVALID_OPTION`; DatasetsError for a name that nobody knows
 * @example
 * readSeedQuestions({ sources: { gsm8k: 'gsm8k-train' }, prefix: qwen2Prefix, cacheDir });
 */
export function readSeedQuestions(options: ReadSeedQuestionsOptions): FreeStage<object, SeedQuestion> {
  const { prefix, dataDir, cacheDir, hub, allowDownload = true } = options;
  const data = { dataDir, cacheDir, allowDownload, ...(hub === undefined ? {} : { hub }) };
  checkPrefix(prefix);
  const sources = new Map(Object.entries(options.sources).map(([name, source]) => [name, getBenchmark(source)]));
  const { prefix: start, lead = '', ending } = prefix;
  return {
    order: 'free',
    ...{ name: 'read', version: 1, needs: [], gives: ['question', 'text', 'source'] },
    settings: {
      sources: Object.fromEntries(
        [...sources].map(([name, { name: dataset, rowsSha256 }]) => [
          name,
          { dataset, ...(rowsSha256 === undefined ? {} : { rowsSha256 }) },
        ]),
      ),
      prefix: { prefix: start, lead, ending },
    },
    open: async ({ signal }) => {
      const loaded = new Map<string, Promise<LoadedBenchmark>>();
      const load = (generator: string): Promise<LoadedBenchmark> => {
        const source = sources.get(generator);
        if (source === undefined) throw noSource(generator);
        const known = loaded.get(generator) ?? loadBenchmark(source, { ...data, signal });
        loaded.set(generator, known);
        return known;
      };
      return {
        judge: async ({ generator, rows }) => {
          const { name: dataset, problems } = await load(generator);
          return rows.map(({ index }) => {
            const found = problems[index];
            if (found === undefined) return { drop: 'no-row' };
            const question = found.problem.trim();
            if (question === '') return { drop: 'empty' };
            return { keep: { question, text: formatSeedText(prefix, question), source: { dataset, id: found.id } } };
          });
        },
      };
    },
  };
}

function noSource(generator: string): SynthError {
  return new SynthError({
    code: 'RECIPE_BROKEN',
    kind: 'request',
    what: `Generator '${generator}' has no data set to read.`,
    next: "Name one in `sources` of the stage 'read'.",
    fields: { generator },
  });
}
