import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeLauncher, TinyTraining } from './__fixtures__/describe-launcher.ts';
import { type RayHead, startRayHead } from './__fixtures__/ray-head.ts';
import { createLauncher } from './find-launcher.ts';
import type { LauncherChoice, RayChoice } from './launcher-choice.ts';

const python = process.env.SCALEQUEST_TEST_PYTHON || undefined;
const rayPython = process.env.SCALEQUEST_RAY_PYTHON || undefined;

/** Whether the training ended, and in how many processes its last attempt trained. */
async function trainOnce(choice: LauncherChoice, trainingPython: string): Promise<unknown> {
  const training = new TinyTraining(trainingPython);
  try {
    const { status, state } = await training.train(choice, { steps: 6 });
    return { status, step: state.step, processes: state.done?.metrics.processes };
  } finally {
    await training.end();
  }
}

if (python !== undefined) {
  describeLauncher({ name: 'local', python, createLauncher, choose: () => ({ launcher: 'local' }) });
  describeLauncher({
    name: 'torchrun with two processes',
    python,
    createLauncher,
    choose: () => ({ launcher: 'torchrun', processes: 2 }),
  });

  test('accelerate trains in two processes by the configuration that is written for it', {
    timeout: 200_000,
  }, async () => {
    const choice: LauncherChoice = { launcher: 'accelerate', processes: 2 };
    expect(await trainOnce(choice, python)).toEqual({ status: 'finished', step: 6, processes: 2 });
  });
}

describe.skipIf(python === undefined || rayPython === undefined)('on a real Ray head', () => {
  let head: RayHead;
  beforeAll(async () => {
    head = await startRayHead(rayPython ?? '');
  }, 120_000);
  afterAll(() => head.stop(), 60_000);

  const choose = (more: Partial<RayChoice> = {}): RayChoice => ({ launcher: 'ray', address: head.address, ...more });

  describeLauncher({ name: 'ray', python: python ?? '', createLauncher, choose });

  test('two processes train together, each in a place that Ray gives it', { timeout: 300_000 }, async () => {
    const trained = await trainOnce(choose({ processes: 2 }), python ?? '');
    expect(trained).toEqual({ status: 'finished', step: 6, processes: 2 });
  });
});
