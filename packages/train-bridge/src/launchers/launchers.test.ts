import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '@scalequest/core';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { cancelTraining, readTrainingStatus, train } from '@scalequest/train-bridge';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeFakePython } from '../run/__fixtures__/make-fake-python.ts';
import { type Bridge, describeLauncher, TinyTraining } from './__fixtures__/describe-launcher.ts';
import { makeHoldingPython } from './__fixtures__/make-holding-python.ts';
import { type RayHead, startRayHead } from './__fixtures__/ray-head.ts';
import { createLauncher } from './find-launcher.ts';
import type { LauncherChoice, RayChoice } from './launcher-choice.ts';

const bridge: Bridge = { train, cancelTraining, readTrainingStatus, createLauncher, makeFolder: makeTemporaryFolder };
const python = process.env.SCALEQUEST_TEST_PYTHON || undefined;
const rayPython = process.env.SCALEQUEST_RAY_PYTHON || undefined;

// Most of a start is the import of torch and what stands on it: compiled once, it takes less than half as long.
vi.stubEnv('PYTHONDONTWRITEBYTECODE', '');
vi.stubEnv('PYTHONPYCACHEPREFIX', join(readEnvironment().cacheDir, 'python', 'bytecode'));

/** Whether the training ended, and in how many processes its last attempt trained. */
async function trainOnce(choice: LauncherChoice, trainingPython: string): Promise<unknown> {
  const training = new TinyTraining(bridge, trainingPython);
  try {
    const { status, state } = await training.train(choice, { steps: 6 });
    return { status, step: state.step, processes: state.done?.metrics.processes };
  } finally {
    await training.end();
  }
}

/** The real Python for what starts the worker, and one that does not listen for the worker. */
function makeDeafPython(folder: string, realPython: string): string {
  mkdirSync(folder);
  const deaf = makeFakePython(folder, { holdsAtSteps: [2], ignoresCancel: true });
  const path = `${folder}/either`;
  writeFileSync(path, `#!/bin/sh\n[ "$1" = -m ] && exec '${deaf}' "$@"\nexec '${realPython}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

// The real worker of this host is in test/train-nano.
const fakeFolder = makeTemporaryFolder();
afterAll(() => fakeFolder[Symbol.dispose]());
/** A training is cancelled at the first, and killed, then followed, at the second. */
const holds = [5, 20];
describeLauncher({
  name: 'local',
  python: makeFakePython(fakeFolder.path, { holdsAtSteps: holds }),
  bridge,
  choose: () => ({ launcher: 'local' }),
});

if (python === undefined) {
  test('launchers of several processes', ({ skip }) =>
    skip('needs SCALEQUEST_TEST_PYTHON, a Python with torch; npm test sets one up'));
} else {
  describeLauncher({
    name: 'torchrun with two processes',
    python: makeHoldingPython(fakeFolder.join('torchrun'), python, holds),
    bridge,
    choose: () => ({ launcher: 'torchrun', processes: 2 }),
  });

  test('accelerate trains in two processes by the configuration that is written for it', {
    timeout: 400_000,
  }, async () => {
    const choice: LauncherChoice = { launcher: 'accelerate', processes: 2 };
    expect(await trainOnce(choice, python)).toEqual({ status: 'finished', step: 6, processes: 2 });
  });
}

if (python === undefined || rayPython === undefined) {
  test('the launcher ray', ({ skip }) =>
    skip('needs SCALEQUEST_RAY_PYTHON, a Python with ray[default] 2.60.0, and one with torch; npm test sets both up'));
} else
  describe('on a real Ray head', () => {
    let head: RayHead;
    beforeAll(async () => {
      head = await startRayHead(rayPython);
    }, 120_000);
    afterAll(() => head.stop(), 60_000);

    const choose = (more: Partial<RayChoice> = {}): RayChoice => ({ launcher: 'ray', address: head.address, ...more });

    describeLauncher({ name: 'ray', python: makeHoldingPython(fakeFolder.join('ray'), python, holds), bridge, choose });

    test('two processes train together, each in a place that Ray gives it', { timeout: 400_000 }, async () => {
      const trained = await trainOnce(choose({ processes: 2 }), python);
      expect(trained).toEqual({ status: 'finished', step: 6, processes: 2 });
    });

    test.each([
      { processes: 1, standing: 'waiting' },
      // What asks for the places of several runs while it waits for them.
      { processes: 2, standing: 'running' },
    ])(
      'a job of $processes that waits for a GPU, which the cluster has not, is taken back',
      { timeout: 200_000 },
      async ({ processes, standing }) => {
        const training = new TinyTraining(bridge, python);
        try {
          const waiting = training.train(choose({ processes, gpusPerProcess: 1 }));
          const look = async (): Promise<string> => (await readTrainingStatus(training.run)).standing;
          await expect.poll(look, { timeout: 100_000, interval: 500 }).toBe(standing);
          expect(await cancelTraining(training.run)).toBe('cancelled');
          expect(await waiting).toMatchObject({ status: 'interrupted', state: { phase: 'starting' } });
          expect(await look()).toBe('stopped');
        } finally {
          await training.end();
        }
      },
    );

    test('what does not listen is given its time, which Ray would cut to three seconds, and then killed', {
      timeout: 200_000,
    }, async () => {
      const training = new TinyTraining(bridge, makeDeafPython(fakeFolder.join('deaf'), python));
      try {
        let cancelled: Promise<string> | undefined;
        const deaf = training.train(choose(), {
          onProgress: ({ state }) => {
            if (state.step >= 2) cancelled ??= cancelTraining(training.run, { graceMs: 6000 });
          },
        });
        await expect(deaf).rejects.toThrow(/without a word \(signal SIGKILL/);
        expect(await cancelled).toBe('killed');
      } finally {
        await training.end();
      }
    });

    test('a cluster that sees another folder of that name, or no such interpreter, is a wrong request', {
      timeout: 200_000,
    }, async () => {
      const training = new TinyTraining(bridge, python);
      const other = training.train(choose());
      const claim = `${training.run}/worker.json`;
      try {
        const tamper = (): void =>
          writeFileSync(claim, readFileSync(claim, 'utf8').replace(/"token":"\w+"/, '"token":"x"'));
        await expect.poll(() => existsSync(claim)).toBe(true);
        tamper();
        await expect(other).rejects.toMatchObject({ code: 'FOLDER_NOT_SHARED', kind: 'request' });
        const missing = training.train(choose(), {
          getPython: async () => ({ python: '/no/such/python', version: null, packages: {} }),
        });
        await expect(missing).rejects.toMatchObject({ code: 'PYTHON_UNAVAILABLE', kind: 'request' });
        await expect(missing).rejects.toThrow(/'\/no\/such\/python'.*--cluster-python/s);
      } finally {
        await training.end();
      }
    });
  });
