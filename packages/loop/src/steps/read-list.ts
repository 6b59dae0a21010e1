import { readJsonLines } from '@scalequest/core';
import { type FreeStage, SynthError } from '@scalequest/synth';

/** A stage that gives row i the question of line i of a file. */
export async function readList(path: string): Promise<{
  readonly count: number;
  readonly stage: FreeStage<object, { question: string }>;
}> {
  const questions: string[] = [];
  for await (const { value } of readJsonLines(path)) questions.push((value as { readonly question: string }).question);
  return {
    count: questions.length,
    stage: {
      order: 'free',
      ...{ name: 'read', version: 1, settings: { count: questions.length }, needs: [], gives: ['question'] },
      open: async () => ({
        judge: async ({ rows }) =>
          rows.map(({ index }) => {
            const question = questions[index];
            if (question === undefined) throw noQuestion(path, index);
            return { keep: { question } };
          }),
      }),
    },
  };
}

function noQuestion(path: string, index: number): SynthError {
  return new SynthError({
    code: 'FIELDS_MISSING',
    what: `'${path}' has no line ${index + 1}.`,
    next: 'Remove the line of the step that reads it from steps.jsonl, and it is made again.',
    fields: { path, index },
  });
}
