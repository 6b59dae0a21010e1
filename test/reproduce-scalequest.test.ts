import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getBenchmark } from '@scalequest/datasets';
import { templates } from '@scalequest/eval';
import {
  type GpuKind,
  gpuKinds,
  type LoopRecipe,
  makePlan,
  openLoop,
  type Plan,
  parseLoopConfig,
  unitFigures,
} from '@scalequest/loop';
import { expect, test } from 'vitest';
import { parseCommand } from './support/parse-command.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'reproduce-scalequest.md'), 'utf8');

const [small = '', paper = ''] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');

function open(text: string, over: object = {}): LoopRecipe {
  const config = parseLoopConfig({ ...JSON.parse(text), ...over }, 'docs');
  const access = {
    cacheDir: '/nonexistent',
    command: 'test',
    versions: {},
    getPython: () => Promise.reject(new Error()),
  };
  return openLoop('scalequest-math', config, access);
}

const plan = (recipe: LoopRecipe, gpu: GpuKind, gpus = 8): Plan => makePlan({ recipe, gpu, gpus });

test('every command of the page is one that the program takes', () => {
  const commands = page.split('\n').filter((line) => /^ {4}(?:npx )?scalequest /.test(line));
  expect(commands.length).toBeGreaterThan(15);
  const refused = commands.flatMap((command) => {
    try {
      parseCommand(command.trim());
      return [];
    } catch (error) {
      return [`${error instanceof Error ? error.message : error}: ${command}`];
    }
  });
  expect(refused).toEqual([]);
});

test.each([
  ['scalequest loop scalequest-math --plann', 'Not known: --plann'],
  ['scalequest trian qft', "Command 'trian' is not known"],
  ['scalequest synth export --out x', 'takes other arguments'],
  ['scalequest serve model m --engine vlm', 'vlm'],
])('the check refuses %s', (command, said) => {
  expect(() => parseCommand(command)).toThrow(said);
});

const codeModels = {
  modelsFolder: 'models',
  seeds: { file: 'tasks.jsonl' },
  models: {
    rewriter: { model: 'gpt-4o-mini', endpoints: ['https://api.openai.com/v1'], prices: { in: 0.15, out: 0.6 } },
  },
};

test('what a plan says to type is what the program takes, for every loop', () => {
  const access = {
    cacheDir: '/nonexistent',
    command: 'test',
    versions: {},
    getPython: () => Promise.reject(new Error()),
  };
  const recipes = [
    open(small),
    open(paper),
    open(paper, { train: {}, data: { dataDir: 'my data' } }),
    openLoop('scalequest-code', parseLoopConfig(codeModels, 'test'), access),
    openLoop('scalequest-longcot', parseLoopConfig({ ...codeModels, seeds: undefined }, 'test'), access),
  ];
  const commands = recipes.flatMap((recipe) => plan(recipe, 'h100').steps.flatMap((step) => step.commands));
  expect(commands.length).toBeGreaterThan(60);
  for (const command of commands) expect(() => parseCommand(command), command).not.toThrow();
});

test("the first configuration fits four GPUs of 40 GB, each server on its own, and the paper's eight: where it splits its trainings", () => {
  const notes = (made: Plan): string => made.steps.flatMap((step) => step.notes).join('\n');
  const first = plan(open(small, { scale: 0.01 }), 'a100-40g', 4);
  expect(first.steps.filter(({ training }) => training?.fits === false)).toEqual([]);
  const [hours, clock, cost] = [first.gpuHours, first.hours, first.gpuCost + first.apiCost].map(Math.round);
  const disk = Math.round(first.diskBytes / 1e9);
  expect(page).toContain(`${hours} GPU hours, ${clock} hours by the clock, $${cost}, ${disk} GB of disk`);
  expect(notes(first)).not.toMatch(/side by side|gives numbers/);
  const trainings = ({ steps }: Plan) => steps.flatMap(({ training }) => (training === undefined ? [] : [training]));
  for (const gpu of gpuKinds) {
    const split = trainings(plan(open(paper), gpu));
    expect(split.map(({ fits, isSharded, gpus }) => ({ fits, isSharded, gpus }))).toEqual(
      Array(8).fill({ fits: true, isSharded: true, gpus: 8 }),
    );
    const most = Math.ceil(Math.max(...split.map(({ memoryBytes }) => memoryBytes)) / 1e9);
    expect(page).toContain(`over eight GPUs the largest takes ${most} GB of each`);
  }
  const whole = plan(open(paper, { train: {} }), 'h100');
  expect(trainings(whole).map(({ fits }) => fits)).toEqual(Array(8).fill(false));
  expect(notes(whole)).toContain('set its "sharding" to "full", and a launcher of 8 processes');
  expect(notes(plan(open(paper, { train: {} }), 'h200'))).toMatch(/152 GB/);
});

test("the page's table of what it takes is what the plan says", () => {
  const show = (value: number): string => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US'));
  for (const scale of [0.01, 0.1, 1]) {
    const counts = { seeds: 14_971, generations: 10_000 };
    for (const gpu of ['a100-40g', 'h100'] as const) {
      const made = plan(open(paper, { scale, counts }), gpu);
      const students = made.steps
        .filter(({ step }) => step.startsWith('student-'))
        .reduce((sum, { gpuHours }) => sum + gpuHours, 0);
      const rows = (1_000_000 * scale).toLocaleString('en-US');
      const cost = Math.round(made.gpuCost + made.apiCost).toLocaleString('en-US');
      const disk = `${(made.diskBytes / 1e12).toFixed(2)} TB`;
      const row = `| ${scale} | ${rows} | 8 x ${gpu} | ${show(made.gpuHours)} | ${show(students)} | ${cost} | ${disk} |`;
      expect(page).toContain(row);
    }
  }
});

test("the page's table of what fits is the memory of a GPU by the bytes of a weight", () => {
  for (const gpu of gpuKinds) {
    const memory = unitFigures[`${gpu}.memory`].value;
    const sft = unitFigures['training.memory-bytes'].value;
    const qpo = sft + unitFigures['training.reference-bytes'].value;
    const gathered = unitFigures['training.gathered-bytes'].value;
    const cells = [sft, qpo, sft / 8 + gathered, qpo / 8 + gathered].map(
      (bytes) => `below ${(memory / bytes).toFixed(1)}B`,
    );
    expect(page).toContain(`| ${gpu}, ${memory} GB | ${cells.join(' | ')} |`);
  }
});

test("the page's students have the templates, beginnings and learning rates of the recipe, each with its source", () => {
  const { steps } = open(paper);
  const students = steps.filter(({ name }) => name.startsWith('student-'));
  expect(students).toHaveLength(4);
  for (const { name, settings } of students) {
    const rows = steps.find((step) => step.name === settings.rows)?.settings as {
      readonly template: { readonly name: string };
      readonly beginning: string;
    };
    const rate = (settings.settings as Readonly<Record<string, number>>)['optimizer.learningRate'];
    const beginning = rows.beginning === '' ? 'nothing' : `\`${rows.beginning.replaceAll('|', '\\|')}\``;
    const { inferred } = templates.get(rows.template.name) ?? {};
    const row = `| ${name.replace('student-', '')} | \`${rows.template.name}\` | ${beginning} | ${rate} | inferred: ${inferred} |`;
    expect(page).toContain(row);
  }
});

test('every model that a configuration of the page wants has its download', () => {
  for (const text of [small, paper]) {
    const needs = open(text).steps.flatMap((step) => step.work?.((name) => unitFigures[name].value).needs ?? []);
    const paths = needs.flatMap((need) => (need.kind === 'model' ? [need.path] : []));
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) expect(page).toMatch(new RegExp(`hf download \\S+ --local-dir ${path}\\n`));
  }
});

test('every benchmark that a configuration of the page wants is brought into its data folder from where it is pinned', () => {
  const [, copied = ''] = /for set in ([\w ]+); do/.exec(page) ?? [];
  const from = (source: string): boolean => {
    const [, set = '', commit = ''] =
      /^QwenLM\/Qwen2\.5-Math:evaluation\/data\/(\w+)\/test\.jsonl@(\w+)$/.exec(source) ?? [];
    return (
      copied.split(' ').includes(set) &&
      page.includes(`/QwenLM/Qwen2.5-Math/${commit}/evaluation/data/$set/test.jsonl\n`)
    );
  };
  const needs = open(paper).steps.flatMap((step) => step.work?.((name) => unitFigures[name].value).needs ?? []);
  const names = new Set(needs.flatMap((need) => (need.kind === 'benchmark' ? [need.name] : [])));
  expect(names.size).toBe(12);
  const lacking = [...names].filter((name) => {
    const { origins, rows } = getBenchmark(name);
    const folder = 'folder' in rows ? rows.folder : '';
    return !origins.some((origin) =>
      origin.kind === 'hub'
        ? page.includes(`hf download --repo-type dataset ${origin.repository} --local-dir data/${folder}\n`)
        : origin.kind === 'commit' && from(origin.source) && origin.source.includes(`/${folder.replace('-', '_')}/`),
    );
  });
  expect(lacking).toEqual([]);
});

test("the page's rows of the paper are those of the leaderboard", () => {
  const { rows } = JSON.parse(readFileSync(join(root, 'leaderboard/reported/scalequest-table-1.json'), 'utf8')) as {
    readonly rows: readonly { readonly model: string; readonly scores: Readonly<Record<string, number>> }[];
  };
  const ours = rows.filter(({ model }) => model.endsWith('-ScaleQuest'));
  expect(ours).toHaveLength(4);
  for (const { model, scores } of ours) {
    const cells = ['gsm8k', 'math', 'college-math', 'olympiadbench'].map((name) => scores[name]?.toFixed(1));
    expect(page).toContain(`| ${model} | ${cells.join(' | ')} |`);
  }
});

test('every page that it points to is there', () => {
  const files = readdirSync(join(root, 'docs'));
  const links = [...page.matchAll(/\]\(([\w-]+\.md)/g)].map(([, file]) => file as string);
  expect(links.filter((file) => !files.includes(file))).toEqual([]);
});
