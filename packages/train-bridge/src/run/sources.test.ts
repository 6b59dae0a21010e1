import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrainConfig } from '../config/train-config.ts';
import { plotTraining } from '../plot/plot-training.ts';
import { type FakeBehaviour, makeFakePython } from './__fixtures__/make-fake-python.ts';
import { cancelTraining } from './cancel-training.ts';
import type { Provenance } from './provenance.ts';
import { readTrainingStatus } from './read-training-status.ts';
import { requestCheckpoint } from './request-checkpoint.ts';
import { train } from './train.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';

let folder: TemporaryFolder;
const messages: string[] = [];
beforeEach(() => {
  messages.length = 0;
  folder = makeTemporaryFolder();
  const rows = Array.from({ length: 40 }, (_, i) => `{"id":"${i}","prompt":"${i}+1=","reply":"${i + 1}"}\n`);
  writeFileSync(folder.join('rows.jsonl'), rows.join(''));
  makeModel('base');
});
afterEach(async () => {
  for (const name of ['run', 'next']) await cancelTraining(folder.join(name), { graceMs: 2000 });
  folder[Symbol.dispose]();
});

function makeModel(name: string): void {
  mkdirSync(folder.join(name), { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors', 'notes.txt'])
    writeFileSync(folder.join(name, file), `{"of":"${name}"}`);
}

function run(options: Partial<TrainOptions> = {}, behaviour: FakeBehaviour = {}): Promise<TrainResult> {
  const python = makeFakePython(folder.path, behaviour);
  return train({
    recipe: 'student-sft',
    folder: folder.join('run'),
    dataFile: folder.join('rows.jsonl'),
    model: folder.join('base'),
    steps: 20,
    getPython: async () => ({ python, version: '3.11.0', packages: { torch: '1' } }),
    command: 'scalequest train',
    versions: {},
    retryDelaysMs: [],
    onMessage: (text) => messages.push(text),
    ...options,
  });
}

function read<T>(...path: string[]): T {
  return JSON.parse(readFileSync(folder.join(...path), 'utf8')) as T;
}

/** As the worker leaves it. */
function finishRun(name: string): void {
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors'])
    writeFileSync(folder.join(name, 'out', file), `{"of":"${name}"}`);
}

test('a model folder is named by its path, hashed, and stands on the card', async () => {
  await run();
  expect(read<TrainConfig>('run', 'train.json')).toMatchObject({
    model: { kind: 'load', path: folder.join('base') },
    tokenizer: { kind: 'load', path: folder.join('base') },
  });
  const { model } = read<Provenance>('run', 'provenance.json');
  expect(model).toMatchObject({ source: 'folder', given: folder.join('base') });
  expect(model?.files.map(({ name }) => name)).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
  const card = readFileSync(folder.join('run', 'out', 'README.md'), 'utf8');
  expect(card).toContain('base_model: "base"');
  expect(card).toContain(`- model.safetensors: SHA-256 ${model?.files[1]?.sha256}`);
  // Whose licence it is, is not known here.
  expect(card).not.toMatch(/^license:/m);
  expect(readFileSync(folder.join('run', 'out', 'metrics.svg'), 'utf8')).toContain('>loss<');
});

test('a GGUF file is copied into the run folder, which then needs nothing else', async () => {
  writeFileSync(folder.join('nano.gguf'), 'GGUF');
  await run({ recipe: 'nano.student-sft', model: undefined, embeddedModel: folder.join('nano.gguf') });
  rmSync(folder.join('nano.gguf'));
  expect(read<TrainConfig>('run', 'train.json').model).toEqual({ kind: 'load', path: 'base/nano.gguf' });
  expect(readFileSync(folder.join('run', 'base', 'nano.gguf'), 'utf8')).toBe('GGUF');
  expect(read<Provenance>('run', 'provenance.json').model).toMatchObject({ source: 'embedded', given: 'embedded' });
  expect((await run({ recipe: 'nano.student-sft', model: undefined, embeddedModel: folder.join('gone') })).did).toBe(
    'nothing',
  );
});

test('a run on the model and the rows of other runs records the whole lineage', async () => {
  await run({ folder: folder.join('first') });
  finishRun('first');
  await run({ folder: folder.join('second'), model: folder.join('first') });
  finishRun('second');
  await run({ folder: folder.join('run'), model: folder.join('second', 'out'), dataFile: folder.join('first') });
  expect(read<TrainConfig>('run', 'train.json').model).toEqual({ kind: 'load', path: folder.join('second', 'out') });
  const { upstream } = read<Provenance>('run', 'provenance.json');
  expect(upstream).toMatchObject([
    {
      role: 'model',
      folder: folder.join('second'),
      recipe: 'student-sft',
      configHash: 'fake',
      upstream: [{ role: 'model', folder: folder.join('first'), upstream: [] }],
    },
    { role: 'data', folder: folder.join('first') },
  ]);
  const card = readFileSync(folder.join('run', 'out', 'README.md'), 'utf8');
  expect(card).toMatch(
    /- its model: student-sft-0-\w+ .*\n {2}- its model: student-sft-0-\w+ .*\n- its data: student-sft/,
  );
});

test.each([
  ['config.json', /has no config\.json/],
  ['tokenizer.json', /has no tokenizer/],
  ['model.safetensors', /has no weights/],
])('a model folder without %s is refused, and nothing is written', async (name, why) => {
  rmSync(folder.join('base', name));
  await expect(run()).rejects.toMatchObject({ code: 'BAD_MODEL', kind: 'request' });
  await expect(run()).rejects.toThrow(new RegExp(`It ${why.source}`));
  expect(existsSync(folder.join('run', 'train.json'))).toBe(false);
});

test('a model that there is not, that is needed, or that there is no use for, is told', async () => {
  await expect(run({ model: 'Qwen/Qwen2-Math-7B' })).rejects.toThrow(/no model at 'Qwen\/Qwen2-Math-7B'.*no network/s);
  await expect(run({ model: undefined })).rejects.toThrow(/'student-sft' goes on from a model, and none is given/);
  await expect(run({ recipe: 'nano.solver-smoke' })).rejects.toThrow(/trains a model from scratch/);
  await expect(run({ dataFile: undefined })).rejects.toThrow(/trains on rows of yours.*"prompt", "reply"/s);
  await expect(run({ dataFile: folder.join('nowhere') })).rejects.toMatchObject({ code: 'DATA_MISSING' });
  await run({ folder: folder.join('next') }, { failsAtStep: 2 }).catch(() => undefined);
  await expect(run({ model: folder.join('next') })).rejects.toThrow(/has given no model yet/);
});

test('a model that was changed between two attempts is refused, and a finished run does not ask', async () => {
  await expect(run({}, { failsAtStep: 7 })).rejects.toMatchObject({ code: 'WORKER_FAILED' });
  await expect(run({ model: folder.join('rows.jsonl') })).rejects.toThrow(/--model: ".*base" -> ".*rows.jsonl"/);
  writeFileSync(folder.join('base', 'model.safetensors'), '{"of":"bose"}');
  await expect(run()).rejects.toMatchObject({ code: 'MODEL_CHANGED', kind: 'request' });
  makeModel('base');
  expect((await run()).status).toBe('finished');
  rmSync(folder.join('base'), { recursive: true });
  expect((await run()).did).toBe('nothing');
});

test('a link that leads to another model of the same size is found out, although that one is older', async () => {
  makeModel('bose');
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors'])
    utimesSync(folder.join('bose', file), 1, 1);
  symlinkSync(folder.join('base'), folder.join('latest'));
  await expect(run({ model: folder.join('latest') }, { failsAtStep: 7 })).rejects.toThrow();
  rmSync(folder.join('latest'));
  symlinkSync(folder.join('bose'), folder.join('latest'));
  await expect(run({ model: folder.join('latest') })).rejects.toMatchObject({ code: 'MODEL_CHANGED' });
  // A copy of the same is the same.
  rmSync(folder.join('latest'));
  mkdirSync(folder.join('latest'));
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors'])
    copyFileSync(folder.join('base', file), folder.join('latest', file));
  expect((await run({ model: folder.join('latest') })).status).toBe('finished');
});

test("a model of others keeps its licence, and the recipe's is for what ScaleQuest made", async () => {
  const readLicense = (name: string): unknown => read<TrainConfig>(name, 'train.json').export?.license;
  await run({ recipe: 'nano.student-sft', folder: folder.join('first') });
  finishRun('first');
  expect(readLicense('first')).toBe('other');
  expect(readFileSync(folder.join('first', 'out', 'README.md'), 'utf8')).toContain('\nlicense: other\n');
  await run({ recipe: 'nano.student-sft', folder: folder.join('second'), model: folder.join('first') });
  expect(readLicense('second')).toBe('other');
  await run({ recipe: 'nano.student-sft', settings: { 'export.license': 'MIT' } });
  expect(readLicense('run')).toBe('MIT');
  expect((await run({ recipe: 'nano.student-sft', settings: { 'export.license': 'MIT' } })).did).toBe('nothing');
});

test('the card tells no path of this machine, and a bar in a template ends no cell of its table', async () => {
  const settings = { 'template.kind': 'raw', 'template.prefix': '<|user|>\n', 'template.end': '<|end|>' };
  await run({ settings });
  const card = readFileSync(folder.join('run', 'out', 'README.md'), 'utf8');
  expect(card).not.toContain(folder.path);
  expect(card).toContain(String.raw`| template | raw: "<\|user\|>\n" |`);
  for (const line of card.split('\n').filter((line) => line.startsWith('|')))
    expect(line.replaceAll('\\|', '').split('|')).toHaveLength(4);
});

test.each([
  ['{"id":"a","prompt":"x"', /Line 2 .*not JSON: \{"id":"a","prompt":"x"$/m],
  ['{"id":1,"prompt":"x","reply":"y"}', /It is \{"id": a number, "prompt": text, "reply": text\}/],
  ['{"id":"a","prompt":"x","reply":"","of":null}', /"reply": an empty text, "of": null/],
  ['[1]', /It is a list/],
])('a line that is no row is a wrong request which says what it is: %s', async (line, why) => {
  writeFileSync(folder.join('rows.jsonl'), `{"id":"0","prompt":"1+1=","reply":"2"}\n${line}\n`);
  await expect(run()).rejects.toMatchObject({
    code: 'BAD_ROWS',
    kind: 'request',
    fields: { line: 2 },
    message: expect.stringMatching(why),
  });
  expect(readdirSync(folder.join('run', 'data'))).toEqual([]);
});

test('a provenance that was spoilt is told with its file', async () => {
  await run();
  writeFileSync(folder.join('run', 'provenance.json'), '{');
  await expect(run()).rejects.toMatchObject({ code: 'NOT_A_TRAINING', kind: 'request' });
});

test('settings are the same the next time, but for those that change no weights', async () => {
  const settings = { 'optimizer.learningRate': 0.25, microBatchSize: 4 };
  await expect(run({ settings }, { failsAtStep: 7 })).rejects.toThrow();
  expect(read<TrainConfig>('run', 'train.json')).toMatchObject({
    optimizer: { learningRate: 0.25 },
    microBatchSize: 4,
  });
  await expect(run({})).rejects.toThrow(/--set.optimizer.learningRate: 0.25 -> not set/);
  const { config } = await run({ settings: { ...settings, microBatchSize: 2 } });
  expect(config.microBatchSize).toBe(2);
  expect(messages).toContain('Goes on with microBatchSize 2 (was 4).');
  expect(read<Provenance>('run', 'provenance.json').settings).toEqual({ ...settings, microBatchSize: 2 });
  await expect(run({ folder: folder.join('next'), settings: { batchsize: 1 } })).rejects.toThrow(
    /no setting 'batchsize'/,
  );
  expect(existsSync(folder.join('next', 'data'))).toBe(false);
});

test('a full disk is told, and the same command begins again when there is room', async () => {
  mkdirSync(folder.join('run', 'data'), { recursive: true });
  symlinkSync('/dev/full', folder.join('run', 'data', 'train.jsonl.tmp'));
  await expect(run()).rejects.toThrow(/The disk is full/);
  expect(existsSync(folder.join('run', 'train.json'))).toBe(false);
  // The part that was written would take the room that is wanted.
  expect(readdirSync(folder.join('run', 'data'))).toEqual([]);
  expect((await run()).status).toBe('finished');
});

test('a larger batch makes a recipe write more rows, and epochs are for rows of your own', async () => {
  writeFileSync(folder.join('nano.gguf'), 'GGUF');
  const nano = {
    recipe: 'nano.student-sft',
    model: undefined,
    dataFile: undefined,
    embeddedModel: folder.join('nano.gguf'),
  };
  await run({ ...nano, settings: { batchSize: 32 } });
  expect(read<TrainConfig>('run', 'train.json').data.rows).toBeGreaterThanOrEqual(20 * 32);
  const epochs = { settings: { epochs: 2 }, steps: undefined };
  await expect(run({ ...nano, ...epochs, folder: folder.join('next') })).rejects.toThrow(/Epochs are set/);
  const own = await run({ ...nano, ...epochs, folder: folder.join('next'), dataFile: folder.join('rows.jsonl') });
  expect(own.config).toMatchObject({ epochs: 2 });
  expect(own.config.maxSteps).toBeUndefined();
});

test('the model of a checkpoint can be written on the way, and the training goes on afterwards', async () => {
  await expect(run({ exportOnly: true })).rejects.toMatchObject({ code: 'NO_CHECKPOINT' });
  const settings = { checkpointEverySteps: 5 };
  await expect(run({ settings }, { failsAtStep: 7 })).rejects.toThrow();
  const exported = await run({ settings, exportOnly: true });
  expect(exported).toMatchObject({ status: 'finished', did: 'exported', state: { step: 5 } });
  expect(readFileSync(folder.join('run', 'out', 'README.md'), 'utf8')).toContain('Not trained to its end');
  expect((await readTrainingStatus(folder.join('run'))).standing).toBe('stopped');
  expect(await run({ settings })).toMatchObject({ did: 'trained', state: { resumedFrom: 5, step: 20 } });
  expect(readFileSync(folder.join('run', 'out', 'README.md'), 'utf8')).not.toContain('Not trained to its end');
});

test('a checkpoint is written when one is asked for, and the training goes on', async () => {
  await expect(requestCheckpoint(folder.join('run'))).rejects.toMatchObject({ code: 'NOT_A_TRAINING' });
  let asked: ReturnType<typeof requestCheckpoint> | undefined;
  const result = await run(
    {
      onProgress: ({ state }) => {
        if (state.step >= 3) asked ??= requestCheckpoint(folder.join('run'), { pollMs: 20 });
      },
    },
    { holdsAtSteps: [3] },
  );
  const { step, path } = (await asked) ?? { step: 0, path: '' };
  expect(step).toBeGreaterThanOrEqual(3);
  expect(step).toBeLessThan(20);
  expect(existsSync(folder.join('run', path, 'COMPLETE.json'))).toBe(true);
  expect(result).toMatchObject({ status: 'finished', state: { attempt: 1, step: 20 } });
  await expect(requestCheckpoint(folder.join('run'))).rejects.toThrow(/Its training is finished/);
});

test('what the kind measures is in the state while it trains, and in the picture', async () => {
  const seen: unknown[] = [];
  writeFileSync(folder.join('pairs.jsonl'), '{"id":"1","chosen":"a","rejected":"b"}\n'.repeat(3));
  await run(
    { recipe: 'qpo', dataFile: folder.join('pairs.jsonl'), onProgress: ({ state }) => seen.push(state.metrics) },
    { metrics: { 'rewards/margins': 0.5 } },
  );
  expect(seen).toContainEqual({ 'rewards/margins': 0.5 });
  expect(await plotTraining(folder.join('run'))).toContain('>rewards<');
});
