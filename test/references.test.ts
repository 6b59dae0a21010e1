import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import { findTask } from '@scalequest/eval';
import { verifyAnswer, verifyReply } from '@scalequest/verifier';
import { expect, test } from 'vitest';

const dataDir = process.env.SCALEQUEST_DATA_DIR;

/** A reference that the verifier does not read as mathematics, and why: it equals its own text only. */
interface Unread {
  readonly benchmark: string;
  readonly id: string;
}

const casesFolder = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases');
const unread = readFileSync(join(casesFolder, 'unparsed-references.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Unread);

test.skipIf(dataDir === undefined).each([
  ['math', 5_000],
  ['math-500', 500],
  ['gsm8k', 1_319],
  ['gsm-hard', 1_319],
  ['college-math', 2_818],
  ['olympiadbench', 675],
  ['aime24', 30],
  ['amc23', 40],
] as const)(
  'every reference of %s equals itself under its own settings, alone and in a box (needs SCALEQUEST_DATA_DIR)',
  async (name, count) => {
    const task = findTask(name);
    const { problems } = await loadBenchmark(task.benchmark, { dataDir, cacheDir: '/nonexistent' });
    expect(problems.length).toBe(count);
    const unlike: string[] = [];
    for (const problem of problems) {
      const options = task.verify?.(problem);
      for (const reference of [problem.reference, ...(problem.otherReferences ?? [])]) {
        // The space keeps the two texts apart, so that more than identity of strings is asked for.
        const alone = verifyAnswer({ reference, candidate: `${reference} ` }, options);
        const boxed = verifyReply(
          { reference, reply: `So it is \\boxed{${reference}}.`, problem: problem.problem },
          options,
        );
        if (alone.verdict !== 'equal' || boxed.verdict !== 'equal') {
          unlike.push(`${problem.id} ${alone.verdict} ${boxed.verdict}`);
        }
      }
    }
    expect(unlike).toEqual([]);
  },
);

test.skipIf(dataDir === undefined)(
  'the references that are not read as mathematics are listed by id, and all but one are of CollegeMATH (needs SCALEQUEST_DATA_DIR)',
  async () => {
    expect(unread.filter(({ benchmark }) => benchmark !== 'college-math')).toHaveLength(1);
    const { problems } = await loadBenchmark('college-math', { dataDir, cacheDir: '/nonexistent' });
    const ids = new Set(problems.map(({ id }) => id));
    expect(unread.filter(({ benchmark, id }) => benchmark === 'college-math' && !ids.has(id))).toEqual([]);
  },
);

test.skipIf(dataDir === undefined)(
  'what the oddities of the data come to in a verdict (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const judge = async (
      name: string,
      { id, answer, goldFixes = false }: { readonly id: string; readonly answer: string; readonly goldFixes?: boolean },
    ): Promise<readonly string[]> => {
      const task = findTask(name);
      const { problems } = await loadBenchmark(task.benchmark, { dataDir, cacheDir: '/nonexistent', goldFixes });
      const problem = problems.find((one) => one.id === id);
      if (problem === undefined) throw new Error(`${name} has no problem ${id}`);
      return [problem.reference, ...(problem.otherReferences ?? [])].map(
        (reference) => verifyAnswer({ reference, candidate: answer }, task.verify?.(problem)).verdict,
      );
    };
    // Units of OlympiadBench: left out, given, given in another size, and another one.
    expect(await judge('olympiadbench', { id: '2253', answer: '45' })).toContain('equal');
    expect(await judge('olympiadbench', { id: '2253', answer: '45\\text{ minutes}' })).toContain('equal');
    expect(await judge('olympiadbench', { id: '2253', answer: '\\frac34\\text{ hours}' })).toContain('equal');
    expect(await judge('olympiadbench', { id: '2253', answer: '44\\text{ minutes}' })).not.toContain('equal');
    expect(await judge('olympiadbench', { id: '2253', answer: '45\\text{ seconds}' })).not.toContain('equal');
    expect(await judge('olympiadbench', { id: '2334', answer: '\\frac{41}{12}\\text{ m}' })).not.toContain('equal');
    // Its tolerance holds for one problem and no other, in percents where the answer is.
    expect(await judge('olympiadbench', { id: '2592', answer: '4.3' })).toEqual(['equal']);
    expect(await judge('olympiadbench', { id: '2592', answer: '4.4' })).toEqual(['different']);
    expect(await judge('olympiadbench', { id: '2592', answer: '4.1\\%' })).toEqual(['equal']);
    expect(await judge('olympiadbench', { id: '2592', answer: '9\\%' })).toEqual(['different']);
    expect(await judge('olympiadbench', { id: '1606', answer: '2.05' })).toEqual(['different']);
    // Several answers in any order; a full stop; a misprint, with and without its fix.
    expect(await judge('olympiadbench', { id: '1664', answer: '84, 69' })).toEqual(['equal']);
    expect(await judge('olympiadbench', { id: '1970', answer: '(-\\infty,0)\\cup\\{1\\}' })).toEqual(['equal']);
    expect(await judge('olympiadbench', { id: '2045', answer: '(0,4]' })).not.toContain('equal');
    expect(await judge('olympiadbench', { id: '2045', answer: '(0,4]', goldFixes: true })).toEqual(['equal']);
    expect(await judge('olympiadbench', { id: '2498', answer: '\\frac{\\sqrt{x}}{2}', goldFixes: true })).toEqual([
      'equal',
    ]);
    // Wrong golds of GSM8K count as they are, until the fixes are asked for.
    expect(await judge('gsm8k', { id: '454', answer: '240' })).toEqual(['different']);
    expect(await judge('gsm8k', { id: '454', answer: '240', goldFixes: true })).toEqual(['equal']);
    // Leading zeros, percent signs, floats.
    expect(await judge('aime24', { id: '67', answer: '25' })).toEqual(['equal']);
    expect(await judge('aime24', { id: '67', answer: '25\\%' })).toEqual(['different']);
    expect(await judge('amc23', { id: '0', answer: '27.0' })).toEqual(['equal']);
  },
);
