import type { ForeignDocument } from './foreign-log.ts';

/** Names under which data sets keep their ids and their questions. Case does not matter. */
const idFields = ['unique_id', 'task_id', 'id', 'problem_id', 'question_id'];
const textFields = ['problem', 'question', 'prompt', 'text', 'input'];

/** The fields of a record that may say which problem it is. */
export function listDocumentFields(record: Readonly<Record<string, unknown>>): Pick<ForeignDocument, 'ids' | 'texts'> {
  const pick = (names: readonly string[]): string[] =>
    names.flatMap((name) =>
      Object.entries(record).flatMap(([field, value]) =>
        field.toLowerCase() === name && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [],
      ),
    );
  return { ids: pick(idFields), texts: pick(textFields) };
}
