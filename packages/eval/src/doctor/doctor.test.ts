import { loadBenchmark } from '@scalequest/datasets';
import { expect, test } from 'vitest';
import { findTask } from '../benchmarks/find-task.ts';
import { math } from '../benchmarks/math.ts';
import { findProtocol } from '../protocols/find-protocol.ts';
import { resolveProtocol } from '../protocols/protocol.ts';
import { checkClock } from './check-clock.ts';
import { checkDisk, type FreeSpace } from './check-disk.ts';
import { checkReferences } from './check-references.ts';
import { checkSandbox } from './check-sandbox.ts';
import { checkVersions } from './check-versions.ts';
import { describeNeeds } from './describe-needs.ts';
import { checkFirstToken } from './endpoint/check-first-token.ts';
import type { Prober } from './endpoint/prober.ts';

const place = { folder: '/run', temporaryFolder: '/tmp' };

/** How the disk check ends where the run folder and the temporary folder have so much left. */
async function lookAtDisk(run: FreeSpace, temporary: FreeSpace = { bytes: 1e9 }) {
  const needs = { samples: 1000, maxTokens: 4096 };
  const measureFreeSpace = async (folder: string): Promise<FreeSpace> => (folder === '/run' ? run : temporary);
  return await checkDisk({ needs, ...place, measureFreeSpace }).run();
}

test('a disk is broken where not even the lines of a run fit, and a warning where likely replies do not', async () => {
  expect(await lookAtDisk({ bytes: 1e9 })).toMatchObject({ status: 'ok' });
  expect(await lookAtDisk({ bytes: 3e6 })).toMatchObject({ status: 'warning', next: expect.stringContaining('--out') });
  expect(await lookAtDisk({ bytes: 0 })).toMatchObject({
    status: 'broken',
    why: expect.stringContaining('0 MB are free'),
  });
  expect(await lookAtDisk({ bytes: 1e9, files: 0 })).toMatchObject({ status: 'broken' });
  expect(await lookAtDisk({ bytes: 1e9 }, { bytes: 1000 })).toMatchObject({
    status: 'broken',
    what: expect.stringContaining("'/tmp'"),
  });
});

test('a clock before the first version, and a Node that is too old, are seen', async () => {
  expect(await checkClock(() => 0).run()).toMatchObject({ status: 'warning' });
  expect(await checkClock(() => Date.UTC(2026, 10, 22)).run()).toMatchObject({ status: 'ok' });
  expect(await checkVersions('18.20.0').run()).toMatchObject({ status: 'broken' });
  expect(await checkVersions('20.18.9').run()).toMatchObject({ status: 'broken' });
  expect(await checkVersions('22.0.0').run()).toMatchObject({ status: 'ok' });
});

test('a sandbox that lets a program pass which should not end so is broken, and named', async () => {
  const start = async () => ({ backend: 'landlock', python: '3.11.7' }) as const;
  const check = async () => ({ outcome: 'passed', detail: '', ms: 1 }) as const;
  const finding = await checkSandbox({ sandbox: { start, check }, temporaryFolder: '/tmp' }).run();
  expect(finding.status).toBe('broken');
  for (const name of [
    'a wrong program',
    'an endless loop',
    'eight gigabytes',
    'a fork',
    'sys.exit',
    'standard input',
  ]) {
    expect(finding.why).toContain(name);
  }
});

test('a first token is a warning above its bound', async () => {
  const response = { choices: [], latencyMs: 12_000, attempts: 1, endpoint: 'e' };
  const prober: Prober = {
    kind: 'chat',
    ask: async () => ({ response }),
    count: async () => undefined,
    getUsed: () => ({ requests: 1, promptTokens: 0, completionTokens: 0 }),
  };
  expect(await checkFirstToken(prober).run()).toMatchObject({
    status: 'warning',
    what: 'The first token took 12.0 s.',
  });
  expect(await checkFirstToken(prober, { warnAboveMs: 20_000 }).run()).toMatchObject({ status: 'ok' });
});

test('a quick look at references takes some from the whole length, and says so', async () => {
  const task = findTask('math-embedded');
  const benchmark = await loadBenchmark(task.benchmark, { cacheDir: '/nonexistent' });
  expect(await checkReferences({ task, benchmark, most: 20 }).run()).toEqual({
    status: 'ok',
    what: 'Of 500, 20 references equal themselves.',
  });
  const problems = benchmark.problems.map((problem, index) =>
    index === 499 ? { ...problem, reference: '\\frac{' } : problem,
  );
  const spoilt = await checkReferences({ task, benchmark: { ...benchmark, problems }, most: 20 }).run();
  expect(spoilt).toMatchObject({ status: 'broken', why: expect.stringContaining(problems[499]?.id ?? '-') });
});

test('what a run needs is read from its protocol and from every prompt', async () => {
  const benchmark = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  const protocol = resolveProtocol(findProtocol(math.protocol));
  const needs = describeNeeds({ benchmark, protocol, epochs: 3 });
  expect(needs).toMatchObject({ samples: 1500, kind: 'chat', temperature: 0, maxTokens: 4096, hasStops: false });
  const longest = Math.max(...benchmark.problems.map(({ problem }) => problem.length));
  expect(needs.longestPrompt).toBeGreaterThan(longest);
  expect(describeNeeds({ benchmark, protocol, limit: 2 }).samples).toBe(2);
  const raw = resolveProtocol(findProtocol('dart@1'), { benchmark: 'math' });
  expect(describeNeeds({ benchmark, protocol: raw })).toMatchObject({ kind: 'completion', hasStops: true });
});
