import type { Recipe } from '../engine/recipe.ts';
import type { Stage } from '../engine/stage.ts';
import { ownPrompts, type Prompts } from '../prompts/own-prompts.ts';
import { deepseekCoderPrefix, type QuestionPrefix, qwen2Prefix } from '../prompts/question-prefixes.ts';
import { filterSolvability } from '../stages/filter-solvability.ts';
import { generateQuestions } from '../stages/generate-questions.ts';
import { respond } from '../stages/respond.ts';
import { type RunCodeOptions, runCode } from '../stages/run-code.ts';
import { scoreRewards } from '../stages/score-rewards.ts';
import { selectResponses } from '../stages/select-responses.ts';
import { writeTests } from '../stages/write-tests.ts';
import { makeQuestionFilters } from './question-filters.ts';
import {
  labelForm,
  pickShardSettings,
  type RecipeForm,
  type RecipeOptions,
  scaleGenerators,
} from './recipe-options.ts';

export interface ScalequestCodeOptions extends RecipeOptions {
  /** What runs the programs; only in the form `fixed`. */
  readonly sandbox?: RunCodeOptions['sandbox'];
}

const paperPrefixes = { qwen: qwen2Prefix, deepseek: deepseekCoderPrefix };

/**
 * ScaleQuest-Code: 156,000 programming tasks by two generators. Roles: `qwen` and `deepseek` (Qwen2.5-Coder-7B-Instruct and
 * DeepSeek-Coder-7B-Instruct after QFT and QPO), `judge`, `responder` (Qwen2.5-Coder-7B-Instruct), `reward`; in the form `fixed` also
 * `tester`, which writes the tests that an answer must pass in the sandbox. The paper runs no program.
 *
 * The paper has no counts for each generator, and its prompts are not published: half and half is our own choice.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function scalequestCode(options: ScalequestCodeOptions = {}): Recipe {
  const { form = 'fixed', prompts = ownPrompts, decontamination } = options;
  const generators = ['qwen', 'deepseek'].map((name) => ({ name, accept: 78_000 }));
  const used = ['judge-code', form === 'faithful' ? 'answer-code' : 'solve-code'] as const;
  return {
    name: 'scalequest-code',
    description: 'Programming tasks from scratch by two generators, each with one program chosen of five.',
    form: labelForm(form, { prompts, used, decontamination }),
    generators: scaleGenerators(generators, options),
    stages: makeStages(form, {
      ...{ prompts, decontamination, sandbox: options.sandbox },
      prefixes: { ...paperPrefixes, ...options.prefixes },
    }),
    ...pickShardSettings(options),
  };
}

function makeStages(
  form: RecipeForm,
  {
    prompts,
    decontamination,
    sandbox = {},
    prefixes,
  }: {
    readonly prompts: Prompts;
    readonly decontamination: RecipeOptions['decontamination'];
    readonly sandbox: RunCodeOptions['sandbox'] | undefined;
    readonly prefixes: Readonly<Record<string, QuestionPrefix>>;
  },
): readonly Stage[] {
  if (form === 'faithful') {
    return [
      generateQuestions({ prefixes, truncated: 'keep' }),
      ...makeQuestionFilters(form, decontamination),
      filterSolvability({ prompt: prompts['judge-code'], read: 'substring' }),
      respond({ prompt: prompts['answer-code'] }),
      scoreRewards(),
      selectResponses({ by: 'reward', from: 'responses' }),
    ];
  }
  return [
    generateQuestions({ prefixes, rowsPerRequest: 32 }),
    ...makeQuestionFilters(form, decontamination),
    filterSolvability({ prompt: prompts['judge-code'] }),
    writeTests({ prompt: prompts['write-tests'] }),
    respond({ prompt: prompts['solve-code'] }),
    runCode({ sandbox }),
    scoreRewards(),
    selectResponses({ by: 'reward', from: 'runs' }),
  ];
}
