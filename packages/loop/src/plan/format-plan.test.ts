import { writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { LoopRecipe } from '../engine/loop-recipe.ts';
import { formatNeeds } from './format-needs.ts';
import { formatPlan } from './format-plan.ts';
import { makePlan } from './make-plan.ts';
import { readFigures } from './read-figures.ts';
import { showAmount, showBytes, showCount } from './show-amounts.ts';
import { trainingWork } from './training-work.ts';
import { unitFigures } from './unit-figures.ts';

const recipe: LoopRecipe = {
  name: 'test',
  description: 'For a test.',
  steps: [
    {
      ...{ name: 'student', kind: 'train', version: 1, after: [], settings: {}, run: async () => ({ files: {} }) },
      work: (read) =>
        trainingWork(read, {
          ...{ method: 'student-sft', parameters: 7.6, rows: 1_000_000 },
          commands: ['scalequest train student-sft --out {loop}/student'],
        }),
    },
    {
      ...{
        name: 'board',
        kind: 'leaderboard',
        version: 1,
        after: ['student'],
        settings: {},
        run: async () => ({ files: {} }),
      },
    },
  ],
};

test('a plan has its steps with their amounts in columns, the sums, what is typed, what to mind and what it rests on', () => {
  const plan = makePlan({ recipe, gpu: 'h100', gpus: 8, folder: 'loops/a' });
  const text = formatPlan(plan);
  const lines = text.split('\n');
  const at = (start: string): string => lines.find((line) => line.startsWith(start)) ?? '';
  expect(at('step').split(/\s{2,}/)).toEqual([
    'step',
    'requests',
    'tokens in',
    'tokens out',
    'trained',
    'GPU h',
    'hours',
    '$',
    'disk',
  ]);
  const amounts = [
    '0',
    '0',
    '0',
    '1.47B',
    showAmount(plan.gpuHours),
    showAmount(plan.hours),
    showAmount(plan.gpuCost),
    showBytes(plan.diskBytes),
  ];
  expect(at('student').split(/\s{2,}/)).toEqual(['student', ...amounts]);
  expect(at('all').split(/\s{2,}/)).toEqual(['all', ...amounts]);
  expect(at('Beside them')).toContain('board');
  expect(text).not.toContain('Not planned');
  expect(lines).toContain('    scalequest train student-sft --out loops/a/student');
  expect(text).toContain('student: It takes 122 GB on each GPU');
  // What nobody measured stands first, with the number of steps that rest on it.
  const figures = lines.slice(lines.findIndex((line) => line.startsWith('It rests on')) + 1);
  expect(figures[0]).toContain(': assumed, ');
  expect(figures.find((line) => line.includes('training.utilisation'))).toMatch(/: assumed, .*\[1 step\]$/);
  expect(figures).toHaveLength(Object.keys(plan.figures).length);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test('a step that takes time and says not how much is named, and is in no sum', () => {
  const [student, board] = recipe.steps;
  const { work: _, ...silent } = student as NonNullable<typeof student>;
  const steps = [silent, board as NonNullable<typeof board>];
  const text = formatPlan(makePlan({ recipe: { ...recipe, steps }, gpu: 'h100', gpus: 1 }));
  expect(text).toContain('Not planned, and in no sum: student.');
  expect(text).toContain('without a model: board.');
});

test('what is missing stands first, each with what to do, and the end says how many', () => {
  const text = formatNeeds([
    { name: 'disk', steps: [], status: 'ok', what: 'Enough.' },
    {
      name: 'model a',
      steps: ['one', 'two', 'three', 'four'],
      status: 'missing',
      what: 'Not there.',
      next: 'hf download a',
    },
    { name: 'vllm', steps: ['one'], status: 'warn', what: 'Slow.', why: 'No GPU.', next: 'pip install vllm' },
  ]);
  const lines = text.split('\n');
  expect(lines.map((line) => line.trim())).toEqual([
    'missing  model a  Not there. (for one, two, three and 1 more)',
    'hf download a',
    'warn     vllm     Slow. No GPU. (for one)',
    'pip install vllm',
    'ok       disk     Enough.',
    '1 of 3 are missing.',
  ]);
  expect(formatNeeds([{ name: 'disk', steps: [], status: 'ok', what: 'Enough.' }])).toContain('Everything is there.');
});

test('amounts are said with as many figures as they deserve', () => {
  expect([999, 1234, 1.5e6, 3.9e9].map(showCount)).toEqual(['999', '1.23K', '1.5M', '3.9B']);
  expect([0, 950, 1.51e9, 2.3e12].map(showBytes)).toEqual(['0 B', '950 B', '1.51 GB', '2.3 TB']);
  expect([0, 0.04, 0.4, 38.42, 1422.4].map(showAmount)).toEqual(['0', '<0.1', '0.4', '38.4', '1,422']);
});

describe("figures of a user's own", () => {
  test('take the place of those that ship, in hours, money and what is said of them', async () => {
    using folder = makeTemporaryFolder();
    writeFileSync(folder.join('own.json'), '{"h100.price": 2, "training.utilisation": 0.7}');
    const figures = await readFigures(folder.join('own.json'));
    const theirs = makePlan({ recipe, gpu: 'h100', gpus: 8, figures });
    const ships = makePlan({ recipe, gpu: 'h100', gpus: 8 });
    expect(theirs.gpuHours).toBeCloseTo(ships.gpuHours / 2, 6);
    expect(theirs.gpuCost).toBeCloseTo(theirs.gpuHours * 2, 6);
    expect(theirs.figures['training.utilisation']).toMatchObject({ value: 0.7, mark: 'ours' });
    expect(theirs.steps[0]?.estimates).not.toContain('training.utilisation');
  });

  test('may begin with a byte order mark, and a GPU of their own may cost nothing', async () => {
    using folder = makeTemporaryFolder();
    writeFileSync(folder.join('own.json'), '\uFEFF{"h100.price": 0}');
    const figures = await readFigures(folder.join('own.json'));
    expect(makePlan({ recipe, gpu: 'h100', gpus: 8, figures }).gpuCost).toBe(0);
  });

  test.each([
    ['{', 'JSON'],
    ['[]', 'It'],
    ['{"h100.prize": 2}', "'h100.prize' is no figure"],
    ['{"h100.price": "2"}', 'h100.price'],
    ['{"language.yield": 2}', "'language.yield' is 2"],
    ['{"h100.replies": 0}', "'h100.replies' is 0"],
  ])('that cannot be are refused: %s', async (text, said) => {
    using folder = makeTemporaryFolder();
    writeFileSync(folder.join('own.json'), text);
    await expect(readFigures(folder.join('own.json'))).rejects.toMatchObject({ code: 'BAD_FIGURES', kind: 'request' });
    await expect(readFigures(folder.join('own.json'))).rejects.toThrow(said);
  });
});

test('every figure says its unit and where it comes from', () => {
  const bare = Object.entries(unitFigures).filter(
    ([, { unit, source, value }]) => unit === '' || source.length < 10 || !(value > 0),
  );
  expect(bare).toEqual([]);
});
