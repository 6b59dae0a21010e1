import { createRandom, excerpt } from '@scalequest/core';
import type { Choice } from '@scalequest/models';
import type { Decision, FreeStage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { ownPrompts } from '../prompts/own-prompts.ts';
import { fillPrompt, identifyPrompt, type PromptTemplate } from '../prompts/prompt.ts';
import {
  asksForLabel,
  type MarkedSection,
  readLabelledSection,
  readMarkedSection,
} from '../replies/read-marked-section.ts';
import { chooseSampling, requireShare, requireWhole, type SamplingOptions } from './sampling.ts';

export type RewriteDirection = 'solvability' | 'difficulty';

export interface RewriteQuestionsOptions {
  /** @defaultValue 'rewriter' */
  readonly role?: string;
  /**
   * One for each direction. The reply to one that names `<final_question>` is read between these marks, to another behind the last label
   * "FINAL QUESTION:" or "#Finally Rewritten Problem#", which the paper's prompts ask for.
   *
   * @defaultValue the project's own, for mathematics
   */
  readonly prompts?: Readonly<Record<RewriteDirection, PromptTemplate>>;
  /** The share of questions that are rewritten for solvability; the others for difficulty. @defaultValue 0.5 */
  readonly solvabilityShare?: number;
  /** Longer ones are dropped, in characters. @defaultValue 2_000 */
  readonly maxCharacters?: number;
  /** @defaultValue greedy, 4,096 tokens */
  readonly sampling?: SamplingOptions;
}

interface Rewritten {
  readonly rewritten: string;
  readonly direction: RewriteDirection;
}

/**
 * Has a model rewrite each question in one direction, drawn from the row's seed (paper 2.3). Gives `rewritten` and
 * `direction`; drops 'unchanged', 'broken-rewrite', 'too-long', 'truncated' and 'refused', each with its direction.
 *
 * @throws SynthError `INVALID_OPTION`; `PROMPT_BROKEN` for a prompt that asks for neither marks nor a label
 */
export function rewriteQuestions(options: RewriteQuestionsOptions = {}): FreeStage<{ question: string }, Rewritten> {
  const { role = 'rewriter', solvabilityShare = 0.5, maxCharacters = 2000 } = options;
  const { prompts = { solvability: ownPrompts['make-math-solvable'], difficulty: ownPrompts['make-math-harder'] } } =
    options;
  requireShare('solvabilityShare', solvabilityShare);
  requireWhole('maxCharacters', maxCharacters, { least: 1 });
  const sampling = chooseSampling(options.sampling, { temperature: 0, topP: 1, maxTokens: 4096, stop: [] });
  const read = { solvability: chooseReader(prompts.solvability), difficulty: chooseReader(prompts.difficulty) };
  const settings = {
    ...{ role, solvabilityShare, maxCharacters, sampling: { ...sampling } },
    prompts: { solvability: identifyPrompt(prompts.solvability), difficulty: identifyPrompt(prompts.difficulty) },
  };
  return {
    order: 'free',
    ...{
      name: 'rewrite',
      version: 1,
      settings,
      needs: ['question'],
      gives: ['rewritten', 'direction'],
      models: [role],
    },
    open: async () => ({
      judge: ({ rows, models, seedOf }) =>
        models.judgeEach(rows, async (row) => {
          const seed = seedOf(row);
          const isForSolvability = createRandom(`rewrite/${seed}`).next() < solvabilityShare;
          const direction = isForSolvability ? 'solvability' : 'difficulty';
          const prompt = fillPrompt(prompts[direction], row.fields);
          const { choices } = await models.generate(role, { row, prompt, sampling: { ...sampling, seed } });
          return judge(choices[0], { question: row.fields.question, direction, maxCharacters, read: read[direction] });
        }),
    }),
  };
}

type Reader = (reply: string) => MarkedSection;

function chooseReader({ name, system = '', user }: PromptTemplate): Reader {
  const asked = `${system}\n${user}`;
  if (asked.includes('<final_question>')) return (reply) => readMarkedSection(reply, 'final_question');
  if (asksForLabel(asked)) return readLabelledSection;
  throw new SynthError({
    code: 'PROMPT_BROKEN',
    kind: 'request',
    what: `Prompt '${name}' does not say where in the reply the rewritten question shall stand.`,
    why: 'It has neither the mark <final_question> nor a label, so that no reply could be read.',
    next: 'Ask for the question between <final_question> and </final_question>, or behind "FINAL QUESTION:".',
    fields: { name },
  });
}

function judge(
  choice: Choice | undefined,
  asked: {
    readonly question: string;
    readonly direction: RewriteDirection;
    readonly maxCharacters: number;
    readonly read: Reader;
  },
): Decision<Rewritten> {
  const { question, direction, maxCharacters, read } = asked;
  if (choice?.finishReason === 'content-filter') return { drop: 'refused', because: { direction } };
  if (choice?.finishReason === 'length') return { drop: 'truncated', because: { direction } };
  const reply = choice?.text ?? '';
  const section = read(reply);
  if ('problem' in section) {
    const drop = section.problem === 'refused' ? 'refused' : 'broken-rewrite';
    return { drop, because: { direction, end: excerpt(reply.trim().slice(-200)) } };
  }
  const rewritten = section.text;
  if (toSkeleton(rewritten) === toSkeleton(question)) return { drop: 'unchanged', because: { direction } };
  if (rewritten.length <= maxCharacters) return { keep: { rewritten, direction } };
  return { drop: 'too-long', because: { direction, characters: rewritten.length } };
}

/** Other spaces, capitals and a full stop more make no other question; another sign or number does. */
function toSkeleton(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, '')
    .replace(/[.?!]+$/, '');
}
