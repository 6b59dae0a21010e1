import { rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { asFileError, getSystemErrorCode, makeFolder, pathExists } from '@scalequest/core';
import { type Fields, formatRowId, type Row } from '../engine/row.ts';
import { SynthError } from '../errors.ts';
import { nameHalfWritten, removeHalfWritten } from './half-written.ts';
import { LinesFile } from './lines-file.ts';
import { planRun, readShards } from './read-shards.ts';
import { type RunSummary, summarizeRun } from './summarize-run.ts';

/**
 * What the rows are for. `sft`, `qft`, `qpo`, `preference`, `regression` and `grpo` are rows of `scalequest train`; those that begin
 * with `trl-` have the columns of TRL's trainers.
 */
export type ExportForm =
  | 'sft'
  | 'qft'
  | 'qpo'
  | 'preference'
  | 'regression'
  | 'grpo'
  | 'trl-sft'
  | 'trl-qft'
  | 'trl-qpo'
  | 'trl-dpo'
  | 'trl-grpo';

export interface ExportRowsOptions {
  readonly run: string;
  /** A JSON Lines file. */
  readonly out: string;
  readonly form: ExportForm;
  /**
   * What stands before and behind a question in `trl-qft` and `trl-qpo`, which cannot be without it: of the model's chat template,
   * such as `<|im_start|>user\n` and `<|im_end|>`.
   */
  readonly template?: { readonly prefix: string; readonly end: string };
  /** Replaces the file. @defaultValue false */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
}

export interface ExportRowsResult {
  readonly rows: number;
  /** Rows of the dataset of which none was made, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Generators of which more rows are wanted: the run goes on, or they came to their end. */
  readonly unfinished: RunSummary['unfinished'];
}

type Template = NonNullable<ExportRowsOptions['template']>;
type Made = { readonly [key: string]: unknown } | { readonly skip: string };

interface FormOfRow {
  /** What each row looks like, for people. */
  readonly looks: string;
  /** Fields without which no row can be made. */
  readonly needs: readonly string[];
  /** Whether a template must be given. @defaultValue false */
  readonly isTemplated?: boolean;
  readonly make: (row: Row, template: Template) => Made;
}

const text = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
};

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

/** The responses with the highest and the lowest reward; undefined where they cannot be told apart. */
function findBestAndWorst({
  responses,
  rewards,
}: Fields): { readonly best: string; readonly worst: string } | undefined {
  if (!Array.isArray(responses) || !Array.isArray(rewards)) return undefined;
  const scored = responses.flatMap((response, place) => {
    const reward: unknown = rewards[place];
    const said = (response as { readonly text?: unknown }).text;
    return typeof reward === 'number' && typeof said === 'string' && said !== '' ? [{ reward, said }] : [];
  });
  // The first of equal ones, either way, so that the order decides and not the sort.
  const [first] = scored;
  if (first === undefined) return undefined;
  const best = scored.reduce((most, one) => (one.reward > most.reward ? one : most), first);
  const worst = scored.reduce((least, one) => (one.reward < least.reward ? one : least), first);
  return best.reward === worst.reward || best.said === worst.said ? undefined : { best: best.said, worst: worst.said };
}

function makePair(row: Row, make: (pair: { readonly best: string; readonly worst: string }) => Made): Made {
  const pair = findBestAndWorst(row.fields);
  return pair === undefined ? { skip: 'no-better-response' } : make(pair);
}

function makeRewrite(row: Row, make: (pair: { readonly chosen: string; readonly rejected: string }) => Made): Made {
  const [chosen, rejected] = [text(row.fields, 'rewritten'), text(row.fields, 'question')];
  return chosen === rejected ? { skip: 'unchanged' } : make({ chosen, rejected });
}

function makeAnswered({ fields }: Row, make: (answer: string) => Made): Made {
  const answer = text(fields, 'answer');
  return answer === '' ? { skip: 'no-answer' } : make(answer);
}

const forms: Readonly<Record<ExportForm, FormOfRow>> = {
  sft: {
    looks: '{"id", "prompt", "reply"}',
    needs: ['question', 'response'],
    make: (row) => ({
      id: formatRowId(row),
      prompt: text(row.fields, 'question'),
      reply: text(row.fields, 'response'),
    }),
  },
  qft: {
    looks: '{"id", "question"}',
    needs: ['question'],
    make: (row) => ({ id: formatRowId(row), question: text(row.fields, 'question') }),
  },
  qpo: {
    looks: '{"id", "chosen", "rejected"}: the rewritten question and the one before it',
    needs: ['question', 'rewritten'],
    make: (row) => makeRewrite(row, (pair) => ({ id: formatRowId(row), ...pair })),
  },
  preference: {
    looks: '{"id", "prompt", "chosen", "rejected"}: the responses with the highest and the lowest reward',
    needs: ['question', 'responses', 'rewards'],
    make: (row) =>
      makePair(row, ({ best, worst }) => ({
        id: formatRowId(row),
        ...{ prompt: text(row.fields, 'question'), chosen: best, rejected: worst },
      })),
  },
  regression: {
    looks: '{"id", "prompt", "target"}: the difficulty of a question',
    needs: ['question', 'difficulty'],
    make: (row) => ({
      id: formatRowId(row),
      prompt: text(row.fields, 'question'),
      target: row.fields.difficulty,
    }),
  },
  grpo: {
    looks: '{"id", "prompt", "answer"}',
    needs: ['question', 'answer'],
    make: (row) =>
      makeAnswered(row, (answer) => ({ id: formatRowId(row), prompt: text(row.fields, 'question'), answer })),
  },
  'trl-sft': {
    looks: '{"messages"}',
    needs: ['question', 'response'],
    make: ({ fields }) => ({ messages: [user(text(fields, 'question')), assistant(text(fields, 'response'))] }),
  },
  'trl-qft': {
    looks: '{"text"}: a question in its template',
    isTemplated: true,
    needs: ['question'],
    make: ({ fields }, { prefix, end }) => ({ text: `${prefix}${text(fields, 'question')}${end}` }),
  },
  'trl-qpo': {
    looks: '{"prompt", "chosen", "rejected"}: questions behind the prefix of the template',
    isTemplated: true,
    needs: ['question', 'rewritten'],
    make: (row, { prefix, end }) =>
      makeRewrite(row, ({ chosen, rejected }) => ({
        prompt: prefix,
        ...{ chosen: `${chosen}${end}`, rejected: `${rejected}${end}` },
      })),
  },
  'trl-dpo': {
    looks: '{"prompt", "chosen", "rejected"} as messages: the responses with the highest and the lowest reward',
    needs: ['question', 'responses', 'rewards'],
    make: (row) =>
      makePair(row, ({ best, worst }) => ({
        prompt: [user(text(row.fields, 'question'))],
        ...{ chosen: [assistant(best)], rejected: [assistant(worst)] },
      })),
  },
  'trl-grpo': {
    looks: '{"prompt", "answer"}: messages, and the answer for a reward function',
    needs: ['question', 'answer'],
    make: (row) => makeAnswered(row, (answer) => ({ prompt: [user(text(row.fields, 'question'))], answer })),
  },
};

/** The forms that rows can be exported in, with what a row of each looks like. */
export const exportForms: Readonly<Record<ExportForm, string>> = Object.fromEntries(
  Object.entries(forms).map(([name, { looks }]) => [name, looks]),
) as Record<ExportForm, string>;

/** Half of a character: no tokenizer takes it. */
const half = /\p{Surrogate}/u;

/**
 * Writes the rows of a run's dataset as a training reads them, in the dataset's order.
 *
 * @throws SynthError `FIELDS_MISSING`, `DATASET_EMPTY`, `FOLDER_NOT_EMPTY`, `SHARD_DAMAGED`; CoreError where the disk refuses
 * @example
 * const { rows } = await exportRows({ run: 'runs/questions', out: 'sft.jsonl', form: 'sft' });
 * // scalequest train student-sft --model M --data sft.jsonl --out runs/student
 */
export async function exportRows(options: ExportRowsOptions): Promise<ExportRowsResult> {
  const { run, form, template, overwrite = false, signal } = options;
  const out = resolve(options.out);
  const known = forms[form];
  if (known === undefined) throw unknownForm(form);
  if (known.isTemplated && !template?.prefix) throw noTemplate(form);
  if (!overwrite && (await pathExists(out))) throw isThere(out);
  const plan = await planRun(run);
  const temporary = nameHalfWritten(out);
  await makeFolder(dirname(out));
  await removeHalfWritten(out);
  const file = new LinesFile(temporary);
  const skipped: Record<string, number> = {};
  let rows = 0;
  try {
    for await (const shard of readShards(plan, { signal })) {
      const lines: Made[] = [];
      for (const row of shard.rows) {
        const made = makeRow(row, { form: known, name: form, template: template ?? { prefix: '', end: '' } });
        if ('skip' in made) {
          skipped[made.skip as string] = (skipped[made.skip as string] ?? 0) + 1;
          continue;
        }
        lines.push(made);
      }
      rows += lines.length;
      await file.append(lines);
    }
    if (rows === 0) throw nothingToWrite(form, skipped);
    await file.end();
    await rename(temporary, out);
  } catch (error) {
    file.close();
    await rm(temporary, { force: true }).catch(() => undefined);
    if (getSystemErrorCode(error) === undefined || error instanceof SynthError) throw error;
    throw asFileError(error, { path: out, action: 'written' });
  }
  return { rows, skipped, unfinished: summarizeRun(plan).unfinished };
}

function makeRow(
  row: Row,
  { form, name, template }: { readonly form: FormOfRow; readonly name: ExportForm; readonly template: Template },
): Made {
  const missing = form.needs.find((field) => !Object.hasOwn(row.fields, field));
  if (missing !== undefined) throw fieldMissing({ row, name, missing, form });
  const made = form.make(row, template);
  if ('skip' in made) return made;
  const values = Object.values(made);
  if (values.includes('')) return { skip: 'empty-text' };
  return values.some((value) => (typeof value === 'string' ? half.test(value) : half.test(readTexts(value))))
    ? { skip: 'half-character' }
    : made;
}

function readTexts(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return (value as readonly { readonly content: string }[]).map(({ content }) => content).join(' ');
}

function fieldMissing({
  row,
  name,
  missing,
  form,
}: {
  readonly row: Row;
  readonly name: ExportForm;
  readonly missing: string;
  readonly form: FormOfRow;
}): SynthError {
  const able = Object.entries(forms).filter(([, { needs }]) =>
    needs.every((field) => Object.hasOwn(row.fields, field)),
  );
  return new SynthError({
    code: 'FIELDS_MISSING',
    kind: 'request',
    what: `Rows of this run cannot be exported as '${name}': '${formatRowId(row)}' has no '${missing}'.`,
    why: `${name} is ${form.looks}.`,
    next: `Its rows can be: ${able.map(([other]) => other).join(', ') || 'none of the forms'}.`,
    fields: { form: name, missing },
  });
}

function nothingToWrite(form: ExportForm, skipped: Readonly<Record<string, number>>): SynthError {
  const reasons = Object.entries(skipped).map(([reason, rows]) => `${reason} ${rows}`);
  return new SynthError({
    code: 'DATASET_EMPTY',
    what: `There is no row to export as '${form}'.`,
    ...(reasons.length === 0 ? {} : { why: `Left out: ${reasons.join(', ')}.` }),
    next: 'No file was written. Look at the run: `scalequest synth status`.',
    fields: { form, skipped },
  });
}

function unknownForm(form: string): SynthError {
  return new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Form '${form}' is not known.`,
    next: `There are: ${Object.keys(forms).join(', ')}.`,
    fields: { form },
  });
}

function noTemplate(form: string): SynthError {
  return new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Form '${form}' holds questions in the template of the model, and none was given.`,
    next: "Give what stands before and behind a question, such as '<|im_start|>user\\n' and '<|im_end|>'.",
    fields: { form },
  });
}

function isThere(out: string): SynthError {
  return new SynthError({
    code: 'FOLDER_NOT_EMPTY',
    kind: 'request',
    what: `'${out}' is there already.`,
    next: 'Give another file, or allow it to be replaced (--force).',
    fields: { out },
  });
}
