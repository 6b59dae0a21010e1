import type { LoadedBenchmark } from '@scalequest/datasets';
import { createReplayClient, type GenerateRequest, type ModelClient } from '@scalequest/models';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { createVerifierPool } from '@scalequest/verifier/pool';
import { expect, test } from 'vitest';
import { findProtocol } from '../protocols/find-protocol.ts';
import { type ResolvedProtocol, resolveProtocol } from '../protocols/protocol.ts';
import { identifyShots } from '../protocols/shots/shots.ts';
import { describeConfiguration, evaluate } from './evaluate.ts';
import { previewSamples } from './preview-samples.ts';

const problems = Array.from({ length: 6 }, (_, index) => ({
  id: `${index}`,
  problem: `What is ${index} + 1?`,
  reference: `${index + 1}`,
  meta: {},
}));

const benchmark: LoadedBenchmark = {
  name: 'gsm8k',
  split: 'test',
  licence: 'none',
  source: { kind: 'data-dir', path: '' },
  problems,
  excluded: [],
  appliedFixes: [],
  count: 6,
  expectedCount: undefined,
  excludedCount: 0,
  expectedExcludedCount: 0,
  rowsSha256: 'f'.repeat(64),
  expectedRowsSha256: undefined,
  isPinned: false,
  matchesPin: false,
} as unknown as LoadedBenchmark;

const shots = identifyShots(
  'benchmark',
  Array.from({ length: 40 }, (_, index) => ({ problem: `Shot ${index}?`, solution: `It is ${index}.\n#### ${index}` })),
);

/** Runs the protocol, and gives what the model was sent, by id. */
async function record(protocol: ResolvedProtocol, limit?: number): Promise<readonly GenerateRequest[]> {
  using folder = makeTemporaryFolder();
  const entries = problems.flatMap(({ id, reference }) =>
    Array.from({ length: 10 }, (_, epoch) => ({ id, epoch, reply: `\\boxed{${reference}}` })),
  );
  const client = await createReplayClient({ model: 'm', entries });
  const requests: GenerateRequest[] = [];
  const recording: ModelClient = {
    ...client,
    generate: (request, options) => {
      requests.push(request);
      return client.generate(request, options);
    },
  };
  const verifier = createVerifierPool({ workers: 1 });
  const task = { name: 'gsm8k-5shot', benchmark: 'gsm8k', protocol: 'lm-eval@1', breakdowns: [] };
  await evaluate({
    task,
    benchmark,
    protocol,
    client: recording,
    modelIdentity: { name: 'm' },
    verifier,
    folder: folder.path,
    ...(limit === undefined ? {} : { limit }),
  });
  await verifier.close();
  return requests.sort((a, b) => Number(a.key?.id) - Number(b.key?.id) || Number(a.key?.epoch) - Number(b.key?.epoch));
}

test('a run sends what the preview shows: prompt, sampling and seed', async () => {
  const protocol = resolveProtocol(findProtocol('lm-eval@1'), { benchmark: 'gsm8k', shots });
  const shown = previewSamples({ benchmark, protocol, limit: 6, modelIdentity: { name: 'm' } });
  const sent = await record(protocol);
  expect(sent).toHaveLength(6);
  for (const [index, { prompt, sampling, key }] of sent.entries()) {
    const { id, epoch, seed, ...preview } = shown[index] as (typeof shown)[number];
    expect(key).toEqual({ id, epoch });
    expect({ prompt, sampling }).toEqual({ prompt: preview.prompt, sampling: { ...preview.sampling, seed } });
  }
  expect(sent[0]?.prompt).toMatchObject({
    kind: 'completion',
    text: expect.stringMatching(/^Question: Shot \d+\?\nAnswer: /),
  });
});

test('the order of the problems is part of a run whose examples depend on it, and of no other', () => {
  const reordered = { ...benchmark, problems: [...problems].reverse() };
  const describe = (protocol: ResolvedProtocol, of: LoadedBenchmark) =>
    describeConfiguration({ benchmark: of, protocol, modelIdentity: { name: 'm' } });
  const drawn = resolveProtocol(findProtocol('lm-eval@1'), { benchmark: 'gsm8k', shots });
  expect(describe(drawn, reordered)).not.toEqual(describe(drawn, benchmark));
  const bare = resolveProtocol(findProtocol('scalequest@1'));
  expect(describe(bare, reordered)).toEqual(describe(bare, benchmark));
});

test('a limit changes nobody’s examples', async () => {
  const protocol = resolveProtocol(findProtocol('lm-eval@1'), { benchmark: 'gsm8k', shots });
  const all = await record(protocol);
  const some = await record(protocol, 3);
  expect(some.map(({ prompt }) => prompt)).toEqual(all.slice(0, 3).map(({ prompt }) => prompt));
  expect(
    new Set(all.map(({ prompt }) => prompt.kind === 'completion' && prompt.text.split('\n')[0])).size,
  ).toBeGreaterThan(1);
});

test('a protocol that repeats is run as often as it says', async () => {
  const sent = await record(resolveProtocol(findProtocol('simple-evals@1')));
  expect(sent).toHaveLength(60);
  expect(new Set(sent.map(({ sampling }) => sampling.seed)).size).toBe(60);
});

test('without a model the seeds are not known', () => {
  const protocol = resolveProtocol(findProtocol('scalequest@1'));
  expect(previewSamples({ benchmark, protocol })).toEqual([
    expect.objectContaining({ id: '0', promptSha256: expect.stringMatching(/^[0-9a-f]{64}$/) }),
  ]);
  expect(previewSamples({ benchmark, protocol })[0]).not.toHaveProperty('seed');
});

test('any problem can be shown by its id, and an unknown one is refused', () => {
  const protocol = resolveProtocol(findProtocol('scalequest@1'));
  expect(previewSamples({ benchmark, protocol, ids: ['4', '1'] }).map(({ id }) => id)).toEqual(['4', '1']);
  expect(() => previewSamples({ benchmark, protocol, ids: ['6'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_SAMPLE' }),
  );
});
