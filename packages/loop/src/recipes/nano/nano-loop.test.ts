import { mkdirSync, readFileSync } from 'node:fs';
import { outlineWordProblem, readWordProblem, wordProblems } from '@scalequest/datasets/embedded';
import { createLlamaClient, getEmbeddedModelPath } from '@scalequest/models';
import { nano, runRecipe } from '@scalequest/synth';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { verifyReply } from '@scalequest/verifier';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeLoop } from '../../__fixtures__/make-loops.ts';
import { runLoop } from '../../engine/run-loop.ts';
import type { Step } from '../../engine/step.ts';
import { type Arm, arms } from './arms.ts';
import { chooseAnswers, type Taught } from './choose-answers.ts';
import { makeArm } from './make-arm.ts';
import { measureQuestions } from './measure-questions.ts';
import { nanoLoop, nanoSizes } from './nano-loop.ts';

const access = {
  getPython: () => Promise.reject(new Error('No training is begun here.')),
  command: 'test',
  versions: {},
};

describe('the recipe', () => {
  const names = (recipe = nanoLoop(access)): readonly string[] => recipe.steps.map(({ name }) => name);

  it('trains, evaluates and ranks a student for every arm, each in as many steps', () => {
    const steps = nanoLoop(access).steps;
    const students = steps.filter(({ name }) => name.startsWith('student-') && name !== 'student-base');
    expect(students.map(({ name }) => name)).toEqual(arms.map(({ name }) => `student-${name}`));
    for (const { after, settings } of students) {
      expect(after[0]).toBe('student-base');
      expect(settings.steps).toBe(nanoSizes.studentSteps);
    }
    expect(names()).toEqual(expect.arrayContaining(arms.flatMap(({ name }) => [`evaluate-${name}`, `row-${name}`])));
    expect(names().at(-1)).toBe('board');
  });

  it('has only what its arms need', () => {
    const few = names(nanoLoop(access, { arms: arms.filter(({ name }) => name === 'seeds-only'), problems: 100 }));
    expect(few).toContain('answers-seeds');
    for (const name of ['answers-qpo', 'sft-chosen', 'questions-qpo', 'row-seeds-only', 'board'])
      expect(few).not.toContain(name);
  });
});

describe('what the oracle says of questions', () => {
  it('is counted: valid ones by steps, the others by their fault, twins once', async () => {
    const asked = [
      'Tom has 3 apples. Tom finds 4 more apples. How many apples does Tom have now?',
      'Mia has 3 books. Mia gets 4 more books. How many books does Mia have now?',
      'Tom has 3 apples. Tom loses 4 apples. How many apples does Tom have now?',
      'Tom has apples.',
    ];
    expect(await measureQuestions(asked, new Set([asked[1] ?? '']))).toEqual({
      ...{ questions: 4, valid: 2, distinct: 3, byHeart: 1 },
      ...{ bySteps: { '1': 2 }, faults: { malformed: 1, negative: 1 } },
    });
  });
});

describe('the rows of an arm', () => {
  const folder = makeTemporaryFolder();
  const run = folder.join('loop/steps/answers/run');
  const rows = new Map<Arm['answers'], readonly Taught[]>();

  beforeAll(async () => {
    const [asker, solver] = await Promise.all(
      [getEmbeddedModelPath('nano-asker'), getEmbeddedModelPath()].map((path) =>
        createLlamaClient({ path, contextSize: 512 }),
      ),
    );
    if (asker === undefined || solver === undefined) throw new Error('Both models ship.');
    mkdirSync(run, { recursive: true });
    const models = { asker: { client: asker }, solver: { client: solver } };
    await runRecipe({ recipe: nano({ accept: 40, shardRows: 16 }), folder: run, seed: 3, models });
    await Promise.all([asker.close(), solver.close()]);
    for (const answers of ['selected', 'first', 'agreement', 'gold'] as const) {
      const taught: Taught[] = [];
      for await (const one of chooseAnswers(run, answers)) taught.push(one);
      rows.set(answers, taught);
    }
  });

  const list = (answers: Arm['answers']): readonly Taught[] => rows.get(answers) ?? [];
  const isRight = ({ question, response }: Taught): boolean => {
    const reading = readWordProblem(question);
    return (
      reading.kind === 'solvable' &&
      verifyReply({ reference: String(reading.answer), reply: response }).verdict === 'equal'
    );
  };

  it('are those that the filters leave, every question, those with agreement, or those with the right answer', () => {
    expect(list('selected')).toHaveLength(40);
    expect(list('first').length).toBeGreaterThan(list('agreement').length);
    expect(list('agreement').length).toBeGreaterThanOrEqual(list('selected').length);
    expect(list('gold').length).toBeGreaterThan(20);
    expect(list('gold').filter((taught) => !isRight(taught))).toEqual([]);
    const ids = new Set(list('first').map(({ id }) => id));
    for (const { id } of list('gold')) expect(ids).toContain(id);
  });

  it('hold no problem of the test, and as many as the arm may have', async () => {
    const arm: Arm = { name: 'few', title: 'Few', questions: 'qpo', answers: 'first', rows: 25 };
    // A test that the generator met, in other words.
    const [met] = list('first');
    if (met === undefined) throw new Error('There are rows.');
    const generate = wordProblems.generate;
    const spy = vi
      .spyOn(wordProblems, 'generate')
      .mockImplementation((set) => [
        ...generate({ ...set, count: 3 }),
        { id: 'met', problem: met.question, reference: '1', meta: {} },
      ]);
    try {
      const answers: Step = {
        ...{ name: 'answers', kind: 'synth', version: 1, after: [], settings: {} },
        run: async () => ({ files: {} }),
      };
      const [makeRows] = makeArm(arm, { answers: 'answers', studentSteps: 1, problems: 10 }, access);
      if (makeRows === undefined) throw new Error('An arm begins with its rows.');
      const steps = await runLoop({ recipe: makeLoop(answers, makeRows), folder: folder.join('loop') });
      const { figures } = steps.get('rows-few') ?? {};
      expect(figures).toMatchObject({ rows: 25, heldOut: expect.any(Number) });
      expect(Number(figures?.heldOut)).toBeGreaterThan(0);
      const text = readFileSync(folder.join('loop/steps/rows-few/rows.jsonl'), 'utf8');
      expect(text).not.toContain(met.question);
      const kept = list('first').filter(
        ({ question }) => outlineWordProblem(question) !== outlineWordProblem(met.question),
      );
      const right = kept.slice(0, 25).filter(isRight).length;
      expect(figures).toMatchObject({ right });
    } finally {
      spy.mockRestore();
    }
  });

  afterAll(() => folder[Symbol.dispose]());
});
