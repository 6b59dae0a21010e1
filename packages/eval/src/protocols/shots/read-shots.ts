import { readFile } from 'node:fs/promises';
import { asFileError, excerpt, stripByteOrderMark } from '@scalequest/core';
import { z } from 'zod';
import { EvaluationError } from '../../errors.ts';
import { readPythonRecords } from './read-python-records.ts';
import { identifyShots, type Shot, type ShotTexts } from './shots.ts';

/** Names of the two texts, as data sets have them. */
const shotSchema: z.ZodType<Shot> = z.union([
  z.object({ problem: z.string().min(1), solution: z.string().min(1), tests: z.array(z.string()).optional() }),
  z
    .object({ question: z.string().min(1), answer: z.string().min(1) })
    .transform(({ question, answer }) => ({ problem: question, solution: answer })),
  z
    .object({ text: z.string().min(1), code: z.string().min(1), test_list: z.array(z.string()) })
    .transform(({ text, code, test_list: tests }) => ({ problem: text, solution: code, tests })),
]);

/**
 * Reads the texts of shots: JSON Lines `{"problem", "solution"}` (or `{"question", "answer"}`), or a Python file that holds
 * them as a list of literals, as the tasks of the installed lm-eval do (`tasks/minerva_math/utils.py`). Python is read,
 * never run.
 *
 * @throws EvaluationError `BAD_SHOTS`; CoreError where the file cannot be read
 */
export async function readShots(path: string): Promise<ShotTexts> {
  let text: string;
  try {
    text = stripByteOrderMark(await readFile(path, 'utf8'));
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  const records = path.endsWith('.py') ? readPythonRecords(text) : readLines(path, text);
  if (records === undefined || records.length === 0) {
    throw badShots(path, records === undefined ? 'It holds no list of literals.' : 'It holds none.');
  }
  const shots = records.map((record, index) => {
    const parsed = shotSchema.safeParse(record);
    if (parsed.success) return parsed.data;
    throw badShots(path, `Number ${index + 1} is ${excerpt(JSON.stringify(record))}.`);
  });
  return identifyShots('file', shots);
}

function readLines(path: string, text: string): readonly unknown[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (cause) {
      throw badShots(path, `Line ${index + 1} is not JSON: ${(cause as Error).message}.`, cause);
    }
  });
}

function badShots(path: string, why: string, cause?: unknown): EvaluationError {
  return new EvaluationError({
    code: 'BAD_SHOTS',
    kind: 'request',
    what: `'${path}' gives no examples.`,
    why,
    next: 'Write one on each line: {"problem": "...", "solution": "..."}, both with something in them.',
    fields: { path },
    cause,
  });
}
