import { readWordProblem } from '@scalequest/datasets/embedded';
import { type AnswerCheck, chooseResponse, readDataset, readStage, type SampledResponse } from '@scalequest/synth';
import { verifyAnswer } from '@scalequest/verifier';
import type { Arm } from './arms.ts';

/** A question with the response that a student learns. */
export interface Taught {
  readonly id: string;
  readonly question: string;
  readonly response: string;
}

interface Judged {
  readonly question: string;
  readonly responses: readonly SampledResponse[];
  readonly checks: readonly AnswerCheck[];
}

/** The rows of a synthesis as an arm wants them, from what its stages wrote: no model is asked again. */
export async function* chooseAnswers(run: string, answers: Arm['answers']): AsyncGenerator<Taught> {
  if (answers === 'selected') {
    for await (const { generator, index, fields } of readDataset(run)) {
      const { question, response } = fields as unknown as Taught;
      yield { id: `${generator}/${index}`, question, response };
    }
    return;
  }
  for await (const { generator, index, fields } of readStage(run, 'check')) {
    const judged = fields as unknown as Judged;
    const response = choose(judged, answers);
    if (response !== undefined) yield { id: `${generator}/${index}`, question: judged.question, response };
  }
}

function choose(judged: Judged, answers: Exclude<Arm['answers'], 'selected'>): string | undefined {
  const { question, responses, checks } = judged;
  if (answers === 'first') return responses[0]?.text;
  if (answers === 'agreement') {
    const chosen = chooseResponse(judged, { by: 'majority', minShare: 3 / 4, maxWrongEquations: 'any' });
    return 'keep' in chosen ? chosen.keep.response : undefined;
  }
  const reading = readWordProblem(question);
  if (reading.kind !== 'solvable') return undefined;
  const reference = String(reading.answer);
  const position = checks.findIndex(
    ({ answer }) => answer !== null && verifyAnswer({ reference, candidate: answer }).verdict === 'equal',
  );
  return responses[position]?.text;
}
