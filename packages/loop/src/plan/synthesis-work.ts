import type { Recipe } from '@scalequest/synth';
import type { ModelWork, PlannedModel, StepWork } from '../engine/step.ts';
import type { FigureName, ReadFigure } from './unit-figures.ts';

export interface SynthesisWorkOptions {
  /** With its generators at the size that is meant. */
  readonly recipe: Recipe;
  /** Who answers for each role. */
  readonly models: Readonly<Record<string, PlannedModel>>;
  readonly commands: readonly string[];
  /** How long a response is. @defaultValue 'response.tokens' */
  readonly response?: 'response.tokens' | 'long-response.tokens' | 'code-response.tokens';
  /** Bytes that are written beside the shards for each row of the dataset. @defaultValue 'row.bytes' */
  readonly rowBytes?: number;
  readonly needs?: StepWork['needs'];
  readonly notes?: StepWork['notes'];
}

type Stage = Recipe['stages'][number];

/** Rows of one generator, on their way through the stages. */
interface Flow {
  readonly generator: string;
  rows: number;
}

/** What is left behind a stage, where it is not known by its settings; `all` of what goes through. */
const yields: Readonly<Record<string, FigureName | 'all'>> = {
  read: 'all',
  generate: 'all',
  language: 'language.yield',
  duplicates: 'duplicates.yield',
  decontaminate: 'decontamination.yield',
  solvability: 'solvability.yield',
  difficulty: 'all',
  rewrite: 'rewriting.yield',
  'language-rewritten': 'all',
  'duplicates-rewritten': 'duplicates.yield',
  'decontaminate-rewritten': 'decontamination.yield',
  pairs: 'all',
  take: 'all',
  tests: 'tests.yield',
  respond: 'all',
  check: 'all',
  run: 'programs.yield',
  reward: 'all',
};

/**
 * How much a synthesis has to do: its stages are followed from the first row to the dataset, with what each leaves (yields) and asks
 * of its models. So whatever is changed in a recipe, its plan follows.
 *
 * A generator that must give N rows is asked for as many as the yields make of it, and `all` of a list for as many as it has.
 *
 * @example
 * const work = synthesisWork(read, {
 *   recipe: scalequestMath({ form: 'faithful' }),
 *   models: { qwen: { name: 'qpo-qwen', parameters: 7.6 }, judge: { name: 'Qwen2-Math-7B-Instruct', parameters: 7.6 }, ... },
 *   commands: ['scalequest synth scalequest-math --form faithful --out {loop}/steps/dataset/run ...'],
 * });
 */
export function synthesisWork(read: ReadFigure, options: SynthesisWorkOptions): StepWork {
  const { recipe, commands, rowBytes = read('row.bytes'), needs = [] } = options;
  const notes: string[] = [...(options.notes ?? [])];
  const keeps = (stage: Stage, generator: string): number => findYield(read, { stage, generator, recipe });
  const flows: Flow[] = recipe.generators.map(({ name, accept, rows }) => {
    const share = recipe.stages.reduce((all, stage) => all * keeps(stage, name), 1);
    const wanted = accept === 'all' ? (rows ?? 0) : Math.ceil(accept / share);
    if (accept !== 'all' && rows !== undefined && wanted > rows) {
      notes.push(`Generator '${name}' gives ${rows} rows at most, and ${wanted} would be needed for ${accept}.`);
    }
    return { generator: name, rows: rows === undefined ? wanted : Math.min(wanted, rows) };
  });
  const calls: ModelWork[] = [];
  let tokens = 0;
  for (const stage of recipe.stages) {
    if (!(stage.name in yields) && stage.name !== 'select' && stage.name !== 'sample') {
      notes.push(
        `Nothing is known of stage '${stage.name}': all its rows are taken to pass, and its requests are not counted.`,
      );
    }
    const asked = askModels(read, { stage, flows, options });
    calls.push(...asked);
    tokens += asked.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
    for (const flow of flows) flow.rows *= keeps(stage, flow.generator);
  }
  const accepted = flows.reduce((sum, { rows }) => sum + rows, 0);
  const shards = tokens * read('text.bytes-per-token') * read('shard.bytes-per-byte');
  return { commands, calls, diskBytes: Math.round(shards + accepted * rowBytes), needs, notes };
}

/** Rows of the dataset that a recipe is expected to come to, of one generator or of all. */
export function countAccepted(read: ReadFigure, recipe: Recipe, generator?: string): number {
  return recipe.generators
    .filter(({ name }) => generator === undefined || name === generator)
    .reduce((sum, { name, accept, rows = Number.POSITIVE_INFINITY }) => {
      const share = recipe.stages.reduce((all, stage) => all * findYield(read, { stage, generator: name, recipe }), 1);
      return sum + (accept === 'all' ? rows * share : Math.min(accept, rows * share));
    }, 0);
}

function findYield(
  read: ReadFigure,
  { stage, generator, recipe }: { readonly stage: Stage; readonly generator: string; readonly recipe: Recipe },
): number {
  if (stage.generators?.includes(generator) === false) return 1;
  if (stage.name === 'sample') {
    const easiest = (stage.settings.dropEasiest ?? {}) as Readonly<Record<string, number>>;
    return 1 - (easiest[generator] ?? 0);
  }
  // Only where answers must agree does the choice drop questions.
  if (stage.name === 'select') return stage.settings.by === 'both' ? read('agreement.yield') : 1;
  // Seed questions are people's own, by the writers of the test questions.
  if (stage.name === 'decontaminate' && recipe.stages[0]?.name === 'read') return read('seeds.yield');
  const figure = yields[stage.name] ?? 'all';
  return figure === 'all' ? 1 : read(figure);
}

interface AskInput {
  readonly stage: Stage;
  readonly flows: readonly Flow[];
  readonly options: SynthesisWorkOptions;
}

/** The requests of a stage: for each of its models one entry. */
function askModels(read: ReadFigure, { stage, flows, options }: AskInput): readonly ModelWork[] {
  const { models, recipe, response = 'response.tokens' } = options;
  const { settings } = stage;
  const passing = flows.filter(({ generator }) => stage.generators?.includes(generator) !== false);
  const rows = passing.reduce((sum, flow) => sum + flow.rows, 0);
  const question = read('question.tokens');
  const count = (name: string, otherwise: number): number =>
    typeof settings[name] === 'number' ? settings[name] : otherwise;
  const ask = (task: ModelWork['task'], sizes: RequestSizes): readonly ModelWork[] =>
    (stage.models ?? []).map((role) => makeWork({ role, task, models, ...sizes }));
  switch (stage.name) {
    case 'generate': {
      const each = count('rowsPerRequest', 1);
      return passing.map(({ generator, rows: asked }) =>
        makeWork({
          ...{ role: generator, task: 'questions', models, requests: asked / each },
          ...{ prompt: read('prefix.tokens'), reply: each * question },
        }),
      );
    }
    case 'solvability':
      return ask('replies', {
        requests: rows,
        prompt: read('judge-prompt.tokens') + question,
        reply: read('judgement.tokens'),
      });
    case 'rewrite':
      return ask('replies', {
        requests: rows,
        prompt: read('rewrite-prompt.tokens') + question,
        reply: read('rewriting.tokens'),
      });
    case 'tests':
      return ask('replies', {
        requests: rows,
        prompt: read('tests-prompt.tokens') + question,
        reply: read('tests.tokens'),
      });
    case 'respond': {
      const samples = count('samples', 1);
      const together = Math.min(samples, count('samplesPerRequest', samples));
      return ask('replies', {
        requests: rows * Math.ceil(samples / together),
        prompt: read('solve-prompt.tokens') + question,
        reply: together * read(response),
      });
    }
    case 'difficulty':
      return settings.by === 'samples'
        ? ask('replies', {
            requests: rows,
            prompt: read('solve-prompt.tokens') + question,
            reply: count('samples', 1) * read('response.tokens'),
          })
        : ask('scores', { requests: rows, prompt: question, reply: 0 });
    case 'reward': {
      const samples = recipe.stages.find(({ name }) => name === 'respond')?.settings.samples;
      const responses = typeof samples === 'number' ? samples : 1;
      return ask('scores', { requests: rows * responses, prompt: read('scored-pair.tokens'), reply: 0 });
    }
    default:
      return [];
  }
}

interface RequestSizes {
  readonly requests: number;
  /** Tokens of one request. */
  readonly prompt: number;
  readonly reply: number;
}

function makeWork({
  role,
  task,
  models,
  requests,
  prompt,
  reply,
}: RequestSizes & Pick<ModelWork, 'role' | 'task'> & Pick<SynthesisWorkOptions, 'models'>): ModelWork {
  return {
    ...{ role, task, model: models[role] ?? { name: role } },
    requests: Math.ceil(requests),
    promptTokens: Math.round(requests * prompt),
    completionTokens: Math.round(requests * reply),
  };
}
