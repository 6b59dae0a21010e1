import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { LoopRecipe } from '../engine/loop-recipe.ts';
import type { StepNeed, StepWork } from '../engine/step.ts';
import { type CheckNeedsOptions, checkNeeds } from './check-needs.ts';
import { makePlan } from './make-plan.ts';
import type { Gpu } from './needs/check-gpus.ts';
import { checkPython } from './needs/check-python.ts';
import { explainSilence } from './needs/explain-silence.ts';
import type { NeedCheck } from './needs/need-check.ts';

function makeRecipe(needs: readonly StepNeed[], work: Partial<StepWork> = {}): LoopRecipe {
  const made: StepWork = { commands: [], diskBytes: 0, ...work, needs };
  const shared = { kind: 'rows', version: 1, after: [], settings: {}, run: async () => ({ files: {} }) } as const;
  return {
    name: 'test',
    description: '',
    steps: ['first', 'second'].map((name) => ({ ...shared, name, work: () => made })),
  };
}

interface CheckOptions extends Partial<Omit<CheckNeedsOptions, 'recipe' | 'plan'>> {
  readonly work?: Partial<StepWork>;
  readonly gpus?: number;
}

async function check(
  folder: TemporaryFolder,
  need: StepNeed | undefined,
  options: CheckOptions = {},
): Promise<NeedCheck> {
  const { work, gpus = 1, ...rest } = options;
  const recipe = makeRecipe(need === undefined ? [] : [need], work);
  const plan = makePlan({ recipe, gpu: 'h100', gpus });
  const checks = await checkNeeds({
    ...{ recipe, plan, folder: folder.join('loop'), cacheDir: folder.join('cache'), environment: {} },
    ...rest,
  });
  const others = checks.filter(({ name }) => name !== 'disk' && name !== 'GPU memory');
  expect(others).toHaveLength(need === undefined ? 0 : 1);
  return (others[0] ?? checks[0]) as NeedCheck;
}

test('what several steps want is looked at once, and says which', async () => {
  using folder = makeTemporaryFolder();
  const found = await check(folder, { kind: 'file', path: folder.join('questions.jsonl') });
  expect(found).toMatchObject({ status: 'missing', steps: ['first', 'second'] });
  writeFileSync(folder.join('questions.jsonl'), '');
  expect(await check(folder, { kind: 'file', path: folder.join('questions.jsonl') })).toMatchObject({ status: 'ok' });
});

describe('the disk', () => {
  test('has room or has not, by what the plan leaves there', async () => {
    using folder = makeTemporaryFolder();
    const withFree = async (free: number): Promise<string> =>
      (await check(folder, undefined, { work: { diskBytes: 500e9 }, measureFreeBytes: async () => free })).status;
    // Two steps of 500 GB, and a fifth more.
    expect(await withFree(1.3e12)).toBe('ok');
    expect(await withFree(1.1e12)).toBe('warn');
    expect(await withFree(0.9e12)).toBe('missing');
  });

  test('is asked for real, where the folder of the loop will be', async () => {
    using folder = makeTemporaryFolder();
    const found = await check(folder, undefined, { work: { diskBytes: 1e18 } });
    expect(found).toMatchObject({ name: 'disk', status: 'missing', what: expect.stringContaining('2000 PB') });
  });
});

describe('the bound of cost', () => {
  const model = { name: 'gpt-4o-mini', prices: { in: 1, out: 2 } };
  const call = {
    role: 'judge',
    model,
    task: 'replies',
    requests: 10,
    promptTokens: 1e6,
    completionTokens: 1e6,
  } as const;

  test('is beside what services come to, and what is spent is gone', async () => {
    using folder = makeTemporaryFolder();
    const withBound = async (maxCost: number): Promise<NeedCheck | undefined> => {
      const recipe = makeRecipe([], { calls: [call] });
      const plan = makePlan({ recipe, gpu: 'h100', gpus: 1 });
      // Two steps of a million tokens at 1 and a million at 2.
      expect(plan.apiCost).toBeCloseTo(6, 6);
      const input = { recipe, plan, folder: folder.join('loop'), cacheDir: folder.join('cache'), environment: {} };
      return (await checkNeeds({ ...input, maxCost })).find(({ name }) => name === 'cost');
    };
    expect(await withBound(6.5)).toMatchObject({ status: 'ok' });
    expect(await withBound(5)).toMatchObject({
      status: 'warn',
      what: 'Services come to about 6.0 $, and the bound is 5.0 $: the loop would stop before its end.',
      next: expect.stringContaining('a higher --max-cost, 6.0 by this plan'),
    });
    // A run that was killed: its answers are on the disk.
    const run = folder.join('loop/steps/first/run');
    const open = `${run}/open/solvability/seeds-000000`;
    mkdirSync(open, { recursive: true });
    const stages = [{ name: 'solvability', models: ['judge'] }];
    const record = { recipe: 'test', description: '', seed: 0, generators: [], stages, identity: {} };
    writeFileSync(`${run}/recipe.json`, JSON.stringify(record));
    const usage = { promptTokens: 1e6, completionTokens: 1e6 };
    writeFileSync(`${open}/answers.jsonl`, `${JSON.stringify({ key: 'judge:0', response: { usage } })}\n`);
    expect(await withBound(6.5)).toMatchObject({
      status: 'warn',
      what: expect.stringContaining('6.5 $, of which 3.0 $ are spent'),
    });
  });
});

describe('a model', () => {
  const make = (folder: TemporaryFolder, files: Readonly<Record<string, string>>): string => {
    mkdirSync(folder.join('model'), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(folder.join('model', name), text);
    return folder.join('model');
  };
  const index = JSON.stringify({
    weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
  });

  test('that is not there is downloaded by the command that is said', async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join('model');
    const found = await check(folder, { kind: 'model', path, source: 'Qwen/Qwen2-Math-7B' });
    expect(found).toMatchObject({ status: 'missing', next: `hf download Qwen/Qwen2-Math-7B --local-dir ${path}` });
  });

  test('wants its tokenizer and every file of weights that its index names', async () => {
    using folder = makeTemporaryFolder();
    const path = make(folder, { 'config.json': '{}', 'model.safetensors.index.json': index });
    expect((await check(folder, { kind: 'model', path })).why).toContain('tokenizer');
    make(folder, { 'tokenizer.json': '{}', 'model-00001-of-00002.safetensors': '' });
    expect(await check(folder, { kind: 'model', path })).toMatchObject({
      status: 'missing',
      why: expect.stringContaining('1 files of weights that are not there, such as'),
    });
    make(folder, { 'model-00002-of-00002.safetensors': '' });
    expect(await check(folder, { kind: 'model', path })).toMatchObject({ status: 'ok' });
  });
});

describe('a benchmark', () => {
  test('in a data folder has the pinned rows, or others', async () => {
    using folder = makeTemporaryFolder();
    mkdirSync(folder.join('data/benchmark/aime24'), { recursive: true });
    writeFileSync(
      folder.join('data/benchmark/aime24/test.jsonl'),
      `${JSON.stringify({ id: 1, problem: 'What is 1 + 1?', answer: '2' })}\n`,
    );
    const found = await check(folder, { kind: 'benchmark', name: 'aime24' }, { dataDir: folder.join('data') });
    expect(found.status).toBe('missing');
  });

  test('is looked for where its step says, before anywhere else', async () => {
    using folder = makeTemporaryFolder();
    const need = { kind: 'benchmark', name: 'gsm8k', dataDir: folder.join('none') } as const;
    const found = await check(folder, need);
    expect(found).toMatchObject({ status: 'missing', why: expect.stringContaining(folder.join('none')) });
  });

  test('that is made here is there; one of the hub will be downloaded, unless that is forbidden', async () => {
    using folder = makeTemporaryFolder();
    expect(await check(folder, { kind: 'benchmark', name: 'word-problems' })).toMatchObject({ status: 'ok' });
    const wanted = { kind: 'benchmark', name: 'gsm8k' } as const;
    expect(await check(folder, wanted)).toMatchObject({ status: 'warn', next: 'scalequest data fetch gsm8k' });
    expect(await check(folder, wanted, { allowDownload: false })).toMatchObject({ status: 'missing' });
    // Nobody has it for download: it is said where it is from.
    expect(await check(folder, { kind: 'benchmark', name: 'college-math' })).toMatchObject({
      ...{ status: 'missing', why: expect.stringContaining('QwenLM/Qwen2.5-Math:evaluation/data/college_math') },
      next: expect.stringContaining('SCALEQUEST_DATA_DIR'),
    });
  });

  const dataDir = process.env.SCALEQUEST_DATA_DIR;
  test.skipIf(dataDir === undefined)('with the pinned hash is found (needs SCALEQUEST_DATA_DIR)', async () => {
    using folder = makeTemporaryFolder();
    const found = await check(folder, { kind: 'benchmark', name: 'gsm8k' }, { dataDir });
    expect(found).toMatchObject({ status: 'ok', what: '1319 problems, with the pinned hash.' });
  });
});

describe('an endpoint', () => {
  const need = (over: Partial<Extract<StepNeed, { kind: 'endpoint' }>>): StepNeed => ({
    ...{ kind: 'endpoint', role: 'judge', model: 'judge-7b', prompts: 'turns' },
    ...over,
  });

  test('that answers as the model is sound, in turns and in raw text', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ models: ['judge-7b'], template: 'once' });
    for (const prompts of ['turns', 'raw'] as const) {
      const found = await check(folder, need({ baseUrls: [server.baseUrl], prompts }));
      expect(found).toMatchObject({
        name: 'endpoint judge',
        status: 'ok',
        what: expect.stringContaining('checks of the doctor'),
      });
    }
  });

  test('with another model is told with what it lists', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ models: ['other'] });
    expect(await check(folder, need({ baseUrls: [server.baseUrl] }))).toMatchObject({
      status: 'missing',
      why: 'It lists other.',
      next: expect.stringContaining('--name judge-7b'),
    });
  });

  test('that writes its template around raw text is broken for questions, which stand behind a bare prefix', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ models: ['judge-7b'], template: 'once', wrapsCompletions: true });
    expect((await check(folder, need({ baseUrls: [server.baseUrl], prompts: 'raw' }))).status).toBe('missing');
    expect((await check(folder, need({ baseUrls: [server.baseUrl], prompts: 'turns' }))).status).toBe('ok');
  });

  test('that is dead is missing, and one to mind while another answers', async () => {
    using folder = makeTemporaryFolder();
    const dead = await startModelServer({});
    // Before the other has ended: else it might be given its port.
    await using server = await startModelServer({ models: ['judge-7b'], template: 'once' });
    await dead[Symbol.asyncDispose]();
    expect((await check(folder, need({ baseUrls: [dead.baseUrl] }))).status).toBe('missing');
    expect((await check(folder, need({ baseUrls: [dead.baseUrl, server.baseUrl] }))).status).toBe('warn');
  });

  test('that gives rewards puts a right answer before a wrong one, or is of no use', async () => {
    using folder = makeTemporaryFolder();
    const rewards = { models: ['judge-7b'], shape: 'vllm' } as const;
    await using right = await startModelServer({ ...rewards, reward: ({ text }) => (text.includes('42') ? 2 : -1) });
    await using blind = await startModelServer({ ...rewards, reward: () => 0 });
    const scores = (baseUrl: string): StepNeed => need({ prompts: 'scores', baseUrls: [baseUrl] });
    expect(await check(folder, scores(right.baseUrl))).toMatchObject({
      status: 'ok',
      what: expect.stringContaining('/classify'),
    });
    expect((await check(folder, scores(blind.baseUrl))).status).toBe('missing');
  });

  test('wants the key that the configuration names, and takes it', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ models: ['judge-7b'], template: 'once', apiKey: 'sesame' });
    const keyed = need({ baseUrls: [server.baseUrl], keyVariable: 'JUDGE_KEY' });
    expect(await check(folder, keyed)).toMatchObject({ status: 'missing', next: 'export JUDGE_KEY=...' });
    expect((await check(folder, keyed, { environment: { JUDGE_KEY: 'open' } })).status).toBe('missing');
    const found = await check(folder, keyed, { environment: { JUDGE_KEY: 'sesame' } });
    expect(found.status).toBe('ok');
    expect(JSON.stringify(found)).not.toContain('sesame');
  });

  test('of a service that is not there, or refuses the key, is missing; one without a list is to be minded', async () => {
    using folder = makeTemporaryFolder();
    const dead = await startModelServer({});
    await dead[Symbol.asyncDispose]();
    const service = need({ baseUrls: [dead.baseUrl.replace('http:', 'https:')] });
    expect(await check(folder, service)).toMatchObject({ status: 'missing', why: 'The system says ECONNREFUSED.' });
    // What else a service says is told by the same words where it speaks http.
    await using server = await startModelServer({ models: ['judge-7b'], apiKey: 'sesame' });
    await using silent = await startModelServer({ listing: 'missing' });
    const asked = { url: server.baseUrl, name: 'it', keyVariable: 'KEY', signal: undefined };
    const refused = await explainSilence({ ...asked, key: 'open' });
    expect(refused).toMatchObject({ status: 'missing', what: 'it refuses the key: it answered 401.' });
    expect(refused.next).toBe('export KEY=...');
    expect(await explainSilence({ ...asked, url: silent.baseUrl, key: 'sesame' })).toMatchObject({
      status: 'warn',
      what: 'it does not say what it serves: it answered 404.',
    });
  });

  test('of a file is asked where the file says; an empty one has the command that fills it', async () => {
    using folder = makeTemporaryFolder();
    await using server = await startModelServer({ models: ['judge-7b'], template: 'once' });
    const file = folder.join('judges.txt');
    writeFileSync(file, '# nobody\n');
    const listed = need({ endpointsFile: file });
    expect(await check(folder, listed)).toMatchObject({
      status: 'missing',
      next: expect.stringContaining(`--register ${file}`),
    });
    writeFileSync(file, `${server.baseUrl}\n`);
    expect((await check(folder, listed)).status).toBe('ok');
  });
});

describe('GPUs', () => {
  const gpu = { name: 'NVIDIA H100 80GB HBM3', memoryBytes: 85.5e9, usedBytes: 0 };
  const training = { method: 'student-sft', parameters: 7.6, tokens: 1e9 } as const;

  interface GpuCase {
    readonly found: readonly Gpu[] | string;
    readonly work?: Partial<StepWork>;
    readonly status: NeedCheck['status'];
    readonly said: string;
  }
  const cases: Readonly<Record<string, GpuCase>> = {
    'that are all there': { found: [gpu, gpu], status: 'ok', said: '2 x NVIDIA H100' },
    'that are not there': { found: 'There is no driver.', status: 'missing', said: 'No GPU was found' },
    'that are fewer': { found: [gpu], status: 'warn', said: 'has 1 GPUs, and the plan counts on 2' },
    'that work already': { found: [gpu, { ...gpu, usedBytes: 9e9 }], status: 'warn', said: '1 of 2 GPUs' },
    'large enough for their share of a training': {
      ...{ found: [gpu, gpu], work: { training: { ...training, isSharded: true } }, status: 'ok' },
      said: '2 x NVIDIA H100',
    },
    'too small for a training': {
      ...{ found: [gpu, gpu], work: { training }, status: 'missing' },
      said: 'has 86 GB, and first, second want up to 122 GB of each',
    },
  };
  test.each(Object.entries(cases))('%s', async (_, { found: gpus, work = {}, status, said }) => {
    using folder = makeTemporaryFolder();
    const found = await check(folder, { kind: 'gpus' }, { listGpus: async () => gpus, work, gpus: 2 });
    expect(found).toMatchObject({ status, what: expect.stringContaining(said) });
    expect(found.next === undefined).toBe(status === 'ok');
  });

  test('are asked of nvidia-smi, which counts in MiB, and of some GPUs does not say', async () => {
    using folder = makeTemporaryFolder();
    const path = process.env.PATH;
    const answer = async (...lines: readonly string[]): Promise<NeedCheck> => {
      const script = ['#!/bin/sh', ...lines.map((line) => `echo "${line}"`), ''].join('\n');
      writeFileSync(folder.join('nvidia-smi'), script);
      chmodSync(folder.join('nvidia-smi'), 0o755);
      return await check(folder, { kind: 'gpus' }, { gpus: 2 });
    };
    process.env.PATH = `${folder.path}:${path}`;
    try {
      const gpu = 'NVIDIA A100-PCIE-40GB, 40960, 3';
      expect(await answer(gpu, gpu)).toMatchObject({ status: 'ok', what: '2 x NVIDIA A100-PCIE-40GB, 43 GB each.' });
      expect(await answer(gpu, 'NVIDIA GB10, [N/A], [N/A]')).toMatchObject({
        status: 'missing',
        why: expect.stringContaining('NVIDIA GB10, [N/A], [N/A]'),
      });
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('Python', () => {
  test('that is to be made says what would be installed, and installs nothing', async () => {
    using folder = makeTemporaryFolder();
    const found = await check(folder, { kind: 'python' });
    expect(found).toMatchObject({ status: 'warn', why: expect.stringMatching(/torch==\d/) });
    expect(await check(folder, { kind: 'python' })).toEqual(found);
  });

  test('that is configured and cannot train is refused', async () => {
    using folder = makeTemporaryFolder();
    const python = folder.join('no-python');
    expect(await check(folder, { kind: 'python' }, { python })).toMatchObject({ status: 'missing' });
    expect(await check(folder, { kind: 'python', interpreter: python })).toMatchObject({ status: 'missing' });
  });

  test('whose torch fails when it looks for GPUs is told of, with what it said', async () => {
    using folder = makeTemporaryFolder();
    const python = folder.join('python');
    const facts = JSON.stringify({ version: '3.12.1', missing: [], packages: { torch: '2.13.0' } });
    writeFileSync(python, `#!/bin/sh\n[ "$1" = -P ] && { echo 'No libcuda.' >&2; exit 1; }\necho '${facts}'\n`);
    chmodSync(python, 0o755);
    const input = { configured: python, cacheDir: folder.path };
    expect(await checkPython({ ...input, wantsGpu: true })).toMatchObject({
      status: 'missing',
      why: 'It said: No libcuda.',
    });
    expect(await checkPython({ ...input, wantsGpu: false })).toMatchObject({ status: 'ok' });
  });

  const trains = process.env.SCALEQUEST_TEST_PYTHON;
  test.skipIf(trains === undefined)(
    'that trains is found; where a GPU is to train its torch must see one (needs SCALEQUEST_TEST_PYTHON)',
    async () => {
      using folder = makeTemporaryFolder();
      expect(await check(folder, { kind: 'python' }, { python: trains })).toMatchObject({
        status: 'ok',
        what: expect.stringMatching(/torch 2\./),
      });
    },
  );
});

test('the memory of trainings is that of the GPU which was planned with, wherever it is', async () => {
  using folder = makeTemporaryFolder();
  const find = async (gpu: 'h100' | 'h200', gpus: number, isSharded: boolean): Promise<NeedCheck | undefined> => {
    const recipe = makeRecipe([], { training: { method: 'student-sft', parameters: 7.6, tokens: 1, isSharded } });
    const plan = makePlan({ recipe, gpu, gpus });
    const checks = await checkNeeds({ recipe, plan, folder: folder.path, cacheDir: folder.path });
    return checks.find(({ name }) => name === 'GPU memory');
  };
  expect(await find('h200', 1, false)).toMatchObject({ status: 'ok' });
  const unfit = {
    ...{ status: 'missing', steps: ['first', 'second'] },
    what: '2 of 2 trainings do not fit one h100: the largest wants 122 GB.',
  };
  expect(await find('h100', 1, false)).toMatchObject({ ...unfit, next: expect.stringContaining('--gpus') });
  expect(await find('h100', 4, false)).toMatchObject({
    ...unfit,
    next: expect.stringContaining(
      '"launcher":{"launcher":"torchrun","processes":4},"settings":{"first":{"sharding":"full"}',
    ),
  });
  expect(await find('h100', 4, true)).toMatchObject({
    status: 'ok',
    what: 'Each training fits its h100: the largest wants 41.8 GB of each GPU, and activations on top.',
  });
});

test('vLLM is looked for on the PATH and beside the Python; transformers serve in its place where it is not insisted on', async () => {
  using folder = makeTemporaryFolder();
  expect((await check(folder, { kind: 'vllm', isWanted: true })).status).toBe('missing');
  expect((await check(folder, { kind: 'vllm', isWanted: false })).status).toBe('warn');
  mkdirSync(folder.join('bin'));
  for (const name of ['vllm', 'python']) {
    writeFileSync(folder.join('bin', name), '#!/bin/sh\n');
    chmodSync(folder.join('bin', name), 0o755);
  }
  const python = folder.join('bin/python');
  expect((await check(folder, { kind: 'vllm', isWanted: true }, { python })).status).toBe('ok');
});

test('what holds programs is tried', async () => {
  using folder = makeTemporaryFolder();
  const found = await check(folder, { kind: 'sandbox' });
  // Where no back end works, it says why of each.
  expect(found.status === 'ok' ? found.what : found.why).toMatch(/bubblewrap|landlock/);
});
