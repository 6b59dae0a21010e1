import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { letGoOn } from '../../run/__fixtures__/make-fake-python.ts';
import type { cancelTraining } from '../../run/cancel-training.ts';
import type { readTrainingStatus } from '../../run/read-training-status.ts';
import type { train } from '../../run/train.ts';
import type { TrainOptions, TrainResult } from '../../run/train-options.ts';
import type { createLauncher } from '../find-launcher.ts';
import type { LauncherChoice } from '../launcher-choice.ts';

/** The built functions, as users get them, and folders of one test. */
export interface Bridge {
  readonly train: typeof train;
  readonly cancelTraining: typeof cancelTraining;
  readonly readTrainingStatus: typeof readTrainingStatus;
  readonly createLauncher: typeof createLauncher;
  readonly makeFolder: () => { readonly join: (name: string) => string; [Symbol.dispose](): void };
}

export interface LauncherUnderTest {
  readonly name: string;
  /** Asked for when a test begins: a cluster may be up only then. */
  readonly choose: () => LauncherChoice;
  readonly python: string;
  readonly bridge: Bridge;
}

const steps = 60;

/** A cluster that does not answer, or does not see the folder, is soon told in a test. */
const access = { patienceMs: 20_000, folderWaitSeconds: 2 };

/** A training of so few steps that it takes seconds, begun, looked at and ended by any launcher. */
export class TinyTraining {
  readonly run: string;
  readonly #bridge: Bridge;
  readonly #folder: ReturnType<Bridge['makeFolder']>;
  readonly #python: string;

  constructor(bridge: Bridge, python: string) {
    this.#bridge = bridge;
    this.#folder = bridge.makeFolder();
    this.#python = python;
    this.run = this.#folder.join('run');
    const rows = Array.from({ length: 1100 }, (_, i) => {
      const [a, b] = [i % 9, (i * 7) % 8];
      return `${JSON.stringify({ id: `${i}`, prompt: `${a}+${b}=`, reply: `${a + b}` })}\n`;
    });
    writeFileSync(this.#folder.join('rows.jsonl'), rows.join(''));
  }

  train(launcher: LauncherChoice, options: Partial<TrainOptions> = {}): Promise<TrainResult> {
    return this.#bridge.train({
      recipe: 'nano.solver-smoke',
      folder: this.run,
      dataFile: this.#folder.join('rows.jsonl'),
      steps,
      launcher,
      access,
      getPython: async () => ({ python: this.#python, version: '3.11', packages: {} }),
      command: 'test',
      versions: {},
      ...options,
    });
  }

  readLines<T>(name: string): T[] {
    const text = readFileSync(`${this.run}/${name}`, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T);
  }

  readClaim(): { readonly launcher: string; readonly pid?: number } {
    return JSON.parse(readFileSync(`${this.run}/worker.json`, 'utf8')) as { launcher: string; pid?: number };
  }

  async end(): Promise<void> {
    // A test that fails may leave its worker.
    await this.#bridge.cancelTraining(this.run, { graceMs: 20_000 }).catch(() => undefined);
    this.#folder[Symbol.dispose]();
  }
}

interface Batch {
  readonly step: number;
  readonly rows: readonly number[];
}

/** What holds for every launcher, with real training. */
export function describeLauncher({ name, choose, python, bridge }: LauncherUnderTest): void {
  const { cancelTraining, createLauncher, readTrainingStatus } = bridge;
  describe(`launcher ${name}`, () => {
    let training: TinyTraining;
    beforeEach(() => {
      training = new TinyTraining(bridge, python);
    });
    afterEach(() => training.end());

    test('a training that is cancelled, killed and resumed ends at the same step, and sees no row twice', {
      timeout: 400_000,
    }, async () => {
      const choice = choose();
      // Cancelled from outside, as by `train cancel`.
      let cancelled: Promise<string> | undefined;
      const lookAndCancel = async (): Promise<string> => {
        // In this order: what is told to end may be gone before it is looked at.
        expect((await readTrainingStatus(training.run)).standing).toBe('running');
        return await cancelTraining(training.run);
      };
      const first = await training.train(choice, {
        onProgress: ({ state }) => {
          if (state.step >= 5) cancelled ??= lookAndCancel();
        },
      });
      expect(first).toMatchObject({ status: 'interrupted', did: 'trained', state: { phase: 'cancelled', attempt: 1 } });
      expect(await cancelled).toBe('cancelled');
      expect(training.readClaim().launcher).toBe(choice.launcher);
      expect(await readTrainingStatus(training.run)).toMatchObject({ standing: 'stopped', worker: undefined });
      expect(await cancelTraining(training.run)).toBe('idle');

      // Killed: the process that trains, not what started it.
      let isKilled = false;
      const second = training.train(choice, {
        // Else it would go on by itself.
        retryDelaysMs: [],
        onProgress: ({ state }) => {
          const hasCheckpoint = state.attempt === 2 && state.step >= Math.ceil((first.state.step + 1) / 15) * 15 + 1;
          if (!hasCheckpoint || isKilled) return;
          isKilled = true;
          process.kill(findWorker(training), 'SIGKILL');
        },
      });
      await expect(second).rejects.toMatchObject({ code: 'WORKER_FAILED' });
      expect((await readTrainingStatus(training.run)).standing).toMatch(/stopped|failed/);

      // What a command that was killed has left at work: the next one follows it.
      const job = { folder: training.run, config: first.config, python, attempt: 3 };
      await createLauncher(choice, access).submit(job);
      const third = await training.train(choice, { onMessage: () => letGoOn(training.run) });
      expect(third).toMatchObject({ status: 'finished', did: 'followed', state: { step: steps, attempt: 3 } });
      expect(third.state.resumedFrom).toBeGreaterThan(first.state.step);
      expect(await training.train(choice)).toMatchObject({ status: 'finished', did: 'nothing' });

      const lineage = new Map(training.readLines<Batch>('batches.jsonl').map(({ step, rows }) => [step, rows]));
      expect([...lineage.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
      const rows = [...lineage.values()].flat();
      expect(new Set(rows).size).toBe(rows.length);
    });
  });
}

/** The process of rank 0, as its first event names it. */
function findWorker(training: TinyTraining): number {
  const hellos = training.readLines<{ t: string; pid?: number }>('events.jsonl').filter(({ t }) => t === 'hello');
  const pid = hellos.at(-1)?.pid;
  if (pid === undefined) throw new Error('No worker has said hello.');
  return pid;
}
