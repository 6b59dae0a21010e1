import { formatRowId } from '../engine/row.ts';
import type { Decision, OrderedStage } from '../engine/stage.ts';
import { SynthError } from '../errors.ts';
import { readDuplicateMemory, writeDuplicateMemory } from '../text/duplicate-memory.ts';
import { type Duplicate, DuplicateSearch } from '../text/duplicate-search.ts';
import type { Fingerprints } from '../text/fingerprints.ts';
import { RowNumbers } from '../text/row-numbers.ts';
import { TextStore } from '../text/text-store.ts';
import { openTextWorkers } from '../text/text-workers.ts';

export interface RemoveDuplicatesOptions {
  /** @defaultValue 'duplicates' */
  readonly name?: string;
  /**
   * Least Jaccard similarity of the five-letter shingles of near-duplicates, 0 to 1. A text with one edit is found below it too.
   *
   * @defaultValue 0.6
   */
  readonly similarity?: number;
  /**
   * How many questions stay that differ in their numbers only. 1 makes such a question a near-duplicate; with more, questions whose
   * numbers differ are never near-duplicates, and those beyond the count are dropped as `template-cap`. `Infinity` keeps all.
   *
   * @defaultValue 1
   */
  readonly perTemplate?: number;
}

/**
 * A stage that drops questions which repeat an earlier one: `exact-duplicate` (case, white space, punctuation and the look of
 * formulas do not count), `near-duplicate`, and `template-cap`. `because.of` is the row that stays.
 *
 * Questions that differ in a sign, an operator or a word that decides what is asked are never near-duplicates.
 *
 * @throws SynthError `INVALID_OPTION`
 */
export function removeDuplicates({
  name = 'duplicates',
  similarity = 0.6,
  perTemplate = 1,
}: RemoveDuplicatesOptions = {}): OrderedStage<{ question: string }, object, Fingerprints> {
  if (!(similarity > 0 && similarity <= 1)) throw invalid('similarity', similarity, 'a number above 0, up to 1');
  if (!(perTemplate === Number.POSITIVE_INFINITY || (Number.isSafeInteger(perTemplate) && perTemplate >= 1))) {
    throw invalid('perTemplate', perTemplate, 'a whole number above 0, or Infinity');
  }
  const settings = { similarity, perTemplate: perTemplate === Number.POSITIVE_INFINITY ? 'all' : perTemplate };
  return {
    order: 'in-order',
    ...{ name, version: 2, settings, needs: ['question'], gives: [] },
    open: async ({ scratch }) => {
      const store = new TextStore(scratch);
      const search = new DuplicateSearch(store, { similarity, perTemplate });
      const rowNumbers = new RowNumbers();
      const workers = openTextWorkers();
      return {
        prepare: ({ rows, signal }) =>
          workers.run(
            {
              kind: 'fingerprints',
              questions: rows.map(({ fields }) => fields.question),
              maskNumbers: perTemplate === 1,
            },
            { signal },
          ),
        judge: async ({ generator, rows }, fingerprints) => {
          const stays: { readonly at: number; readonly mask: number }[] = [];
          const found = await search.judge(fingerprints, (at, mask) => {
            stays.push({ at, mask });
            rowNumbers.add(generator, rows[at]?.index ?? 0);
          });
          const decisions = found.map((duplicate) =>
            duplicate === undefined ? { keep: {} } : drop(duplicate, rowNumbers),
          );
          const indices = stays.map(({ at }) => rows[at]?.index ?? 0);
          return { decisions, memory: writeDuplicateMemory({ generator, indices, stays, fingerprints }) };
        },
        remember: (memory) => {
          const { generator, indices, masks, fingerprints } = readDuplicateMemory(memory);
          search.remember(fingerprints, masks);
          for (const index of indices) rowNumbers.add(generator, index);
        },
        close: async () => {
          store.close();
          await workers.close();
        },
      };
    },
  };
}

function drop(duplicate: Duplicate, rowNumbers: RowNumbers): Decision<object> {
  const of = formatRowId(rowNumbers.get(duplicate.of));
  if (duplicate.kind !== 'near-duplicate') return { drop: duplicate.kind, because: { of } };
  return { drop: duplicate.kind, because: { of, similarity: Math.round(duplicate.similarity * 1000) / 1000 } };
}

function invalid(option: string, value: number, wanted: string): SynthError {
  return new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Option '${option}' of the removal of duplicates is ${value}.`,
    next: `Give ${wanted}.`,
    fields: { option, value },
  });
}
