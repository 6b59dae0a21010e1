import { readWordProblem } from '@scalequest/datasets/embedded';
import { verifyAnswer } from '@scalequest/verifier';
import { listStagesOf } from '../engine/funnel.ts';
import { type ManifestEntry, readManifest } from '../engine/manifest.ts';
import type { Fields } from '../engine/row.ts';
import { readRecipeRecord } from '../engine/run-folder.ts';
import { readKept } from '../engine/shard-files.ts';
import type { AnswerCheck } from '../stages/check-answers.ts';

/** What the oracle of word problems says of the rows that are left after a stage. */
export interface OracleFigures {
  readonly stage: string;
  readonly rows: number;
  /** Rows whose question has an answer. */
  readonly valid: number;
  /** Answers to the rows that are left: one for each sample, and one for each row once one is chosen. */
  readonly answers: number;
  /** Those that are the oracle's. Of a question without an answer none is. */
  readonly right: number;
}

/**
 * Measures by the oracle of word problems what each stage of a run of `nano` lets through. The oracle knows the grammar that
 * the models were trained on; no stage sees it.
 *
 * @throws SynthError, CoreError as `readDataset`
 */
export async function measureNano(folder: string): Promise<readonly OracleFigures[]> {
  const record = await readRecipeRecord(folder);
  const entries = new Map<string, ManifestEntry>();
  for await (const entry of readManifest(folder)) entries.set(name(entry), entry);
  const figures = new Map(record.stages.map(({ name: stage }) => [stage, { rows: 0, valid: 0, answers: 0, right: 0 }]));
  for (const { name: generator } of record.generators) {
    const stages = listStagesOf(record, generator);
    for (let number = 0; entries.has(name({ stage: stages.at(-1) ?? '', generator, number })); number++) {
      const rows = new Map<number, Fields>();
      for (const stage of stages) {
        const entry = entries.get(name({ stage, generator, number }));
        const sums = figures.get(stage);
        if (entry === undefined || sums === undefined) continue;
        for (const { index, fields } of await readKept(folder, entry)) {
          const row = { ...rows.get(index), ...fields };
          rows.set(index, row);
          const { isValid, answers, right } = judge(row);
          sums.rows += 1;
          sums.valid += isValid ? 1 : 0;
          sums.answers += answers;
          sums.right += right;
        }
      }
    }
  }
  return [...figures].map(([stage, sums]) => ({ stage, ...sums }));
}

function judge(fields: Fields): { readonly isValid: boolean; readonly answers: number; readonly right: number } {
  const reading = readWordProblem(String(fields.question));
  const answers =
    'selected' in fields
      ? [fields.answer as string | null]
      : ((fields.checks ?? []) as unknown as readonly AnswerCheck[]).map(({ answer }) => answer);
  const isRight = (answer: string | null): boolean =>
    reading.kind === 'solvable' &&
    answer !== null &&
    verifyAnswer({ reference: String(reading.answer), candidate: answer }).verdict === 'equal';
  return { isValid: reading.kind === 'solvable', answers: answers.length, right: answers.filter(isRight).length };
}

function name({ stage, generator, number }: Pick<ManifestEntry, 'stage' | 'generator' | 'number'>): string {
  return `${stage}/${generator}/${number}`;
}
