import type { Stage } from '../engine/stage.ts';
import type { Prompts } from '../prompts/own-prompts.ts';
import type { QuestionPrefix } from '../prompts/question-prefixes.ts';
import { checkAnswers } from '../stages/check-answers.ts';
import { filterSolvability } from '../stages/filter-solvability.ts';
import { generateQuestions } from '../stages/generate-questions.ts';
import { respond } from '../stages/respond.ts';
import { sampleDifficulty } from '../stages/sample-difficulty.ts';
import type { SamplingOptions } from '../stages/sampling.ts';
import { scoreDifficulty } from '../stages/score-difficulty.ts';
import { scoreRewards } from '../stages/score-rewards.ts';
import { selectResponses } from '../stages/select-responses.ts';
import { makeQuestionFilters } from './question-filters.ts';
import type { RecipeForm, RecipeOptions } from './recipe-options.ts';

export interface MathStagesOptions {
  readonly prefixes: Readonly<Record<string, QuestionPrefix>>;
  readonly prompts: Prompts;
  readonly decontamination: RecipeOptions['decontamination'];
  readonly roles: { readonly judge: string; readonly responder: string };
  readonly samples: number;
  /** Of the responses. */
  readonly sampling?: SamplingOptions;
  /** Generators that lose the easiest share of their rows; the stages of difficulty are left out where there is none. */
  readonly dropEasiest?: Readonly<Record<string, number>>;
}

/** The stages of a recipe of mathematics, from the bare prefix to one answered question. */
export function makeMathStages(form: RecipeForm, options: MathStagesOptions): readonly Stage[] {
  return form === 'faithful' ? makeFaithful(options) : makeFixed(options);
}

function makeFaithful(options: MathStagesOptions): readonly Stage[] {
  const { prefixes, prompts, roles, samples, dropEasiest, sampling = {} } = options;
  return [
    generateQuestions({ prefixes, truncated: 'keep' }),
    ...makeQuestionFilters('faithful', undefined),
    filterSolvability({ role: roles.judge, prompt: prompts['judge-math'], read: 'substring' }),
    ...(dropEasiest === undefined ? [] : [scoreDifficulty({ by: 'regressor' }), sampleDifficulty({ dropEasiest })]),
    respond({ role: roles.responder, prompt: prompts['solve-math'], samples, sampling }),
    checkAnswers({ answers: 'phrase' }),
    scoreRewards(),
    selectResponses({ by: 'reward', requireComplete: false, maxWrongEquations: 'any' }),
  ];
}

function makeFixed(options: MathStagesOptions): readonly Stage[] {
  const { prefixes, prompts, decontamination, roles, samples, dropEasiest, sampling = {} } = options;
  return [
    generateQuestions({ prefixes, rowsPerRequest: 32 }),
    ...makeQuestionFilters('fixed', decontamination),
    filterSolvability({ role: roles.judge, prompt: prompts['judge-math'] }),
    respond({ role: roles.responder, prompt: prompts['solve-math'], samples, sampling }),
    checkAnswers(),
    // The answers that are there say how hard a question is: no other model has to be trained and served.
    ...(dropEasiest === undefined ? [] : [scoreDifficulty({ by: 'agreement' }), sampleDifficulty({ dropEasiest })]),
    scoreRewards(),
    // Where no two of the answers agree, the question or all of them are likely wrong.
    selectResponses({ by: 'both', minShare: Math.min(1, 2 / samples) }),
  ];
}
