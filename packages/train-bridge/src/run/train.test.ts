import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeBehaviour, letGoOn, makeFakePython } from './__fixtures__/make-fake-python.ts';
import { cancelTraining } from './cancel-training.ts';
import { readTrainingStatus } from './read-training-status.ts';
import { train } from './train.ts';
import type { TrainOptions, TrainResult } from './train-options.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
  writeFileSync(
    folder.join('rows.jsonl'),
    Array.from({ length: 40 }, (_, i) => `{"id":"${i}","prompt":"${i}+1=","reply":"${i + 1}"}\n`).join(''),
  );
});
afterEach(async () => {
  // A test that fails may leave its worker.
  await cancelTraining(folder.join('run'), { graceMs: 2000, access: { patienceMs: 0 } }).catch(() => undefined);
  folder[Symbol.dispose]();
});

const messages: string[] = [];
beforeEach(() => {
  messages.length = 0;
});

function run(behaviour: FakeBehaviour = {}, options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const python = makeFakePython(folder.path, behaviour);
  return train({
    recipe: 'nano.solver-smoke',
    folder: folder.join('run'),
    dataFile: folder.join('rows.jsonl'),
    steps: 20,
    getPython: async () => ({
      kind: 'ready',
      python,
      origin: 'configured',
      version: '3.11.0',
      packages: { torch: '0.0.0+fake' },
    }),
    command: 'scalequest train nano.solver-smoke --out DIR',
    versions: { scalequest: '0.1.0', git: 'abc' },
    onMessage: (text) => messages.push(text),
    retryDelaysMs: [],
    ...options,
  });
}

function readLines<T>(name: string): T[] {
  const text = readFileSync(folder.join('run', name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** For each step the attempt that ran it last. */
function readSteps(): number[] {
  return [...new Set(readLines<{ step: number }>('batches.jsonl').map(({ step }) => step))];
}

function readCheckpoints(): number[] {
  return readdirSync(folder.join('run', 'checkpoints')).map((name) => Number(name.slice('checkpoint-'.length)));
}

/** A training that is stopped once so many steps are done. */
function runToStop(step: number, behaviour: FakeBehaviour = {}): Promise<TrainResult> {
  return run({ ...behaviour, holdsAtSteps: [step] }, stopAtStep(step));
}

function stopAtStep(step: number): Pick<TrainOptions, 'stop' | 'onProgress'> {
  const stop = new AbortController();
  return {
    stop: stop.signal,
    onProgress: ({ state }) => {
      if (state.step >= step) stop.abort();
    },
  };
}

test('a training ends with a model, its card and where it came from', async () => {
  const { status, did, state } = await run();
  expect({ status, did, step: state.step }).toEqual({ status: 'finished', did: 'trained', step: 20 });
  expect(existsSync(folder.join('run', 'out', 'model.gguf'))).toBe(true);
  const card = readFileSync(folder.join('run', 'out', 'README.md'), 'utf8');
  for (const part of [
    'scalequest train nano.solver-smoke --out DIR',
    '| loss | 0.25 |',
    'It solves nothing.',
    '0.0.0+fake',
  ]) {
    expect(card).toContain(part);
  }
  expect(JSON.parse(readFileSync(folder.join('run', 'provenance.json'), 'utf8'))).toMatchObject({
    recipe: 'nano.solver-smoke',
    data: { rows: 40, source: 'file' },
    sessions: [{ versions: { git: 'abc' }, python: { packages: { torch: '0.0.0+fake' } } }],
    configHash: 'fake',
    metrics: { loss: 0.25 },
  });
  expect(messages.filter((text) => !text.startsWith('Writing'))).toEqual([]);
});

test('a finished training is left alone, and asks for no Python', async () => {
  await run();
  const again = await run({}, { getPython: () => Promise.reject(new Error('asked for Python')) });
  expect(again).toMatchObject({ status: 'finished', did: 'nothing', state: { step: 20 } });
});

test('a stop writes a checkpoint, and the same call goes on from it to the same end', async () => {
  const first = await runToStop(7);
  expect(first.status).toBe('interrupted');
  expect(first.state).toMatchObject({ phase: 'cancelled' });
  expect((await readTrainingStatus(folder.join('run'))).standing).toBe('stopped');
  const second = await run();
  expect(second).toMatchObject({
    status: 'finished',
    state: { attempt: 2, resumedFrom: first.state.step, step: 20 },
  });
  expect(readSteps()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test('a worker that does not stop in its time is killed, and the next one goes on from the last checkpoint', async () => {
  const abort = new AbortController();
  const stopped = stopAtStep(8);
  stopped.stop?.addEventListener('abort', () => abort.abort());
  const first = await run({ holdsAtSteps: [8], ignoresCancel: true }, { ...stopped, abort: abort.signal });
  expect(first.status).toBe('interrupted');
  expect(first.state.phase).toBe('training');
  const last = Math.max(...readCheckpoints());
  expect(await run()).toMatchObject({ status: 'finished', state: { resumedFrom: last, step: 20 } });
});

test('a worker that dies is an error with its last words, and the same call goes on', async () => {
  const dead = run({ diesAtStep: 12 });
  await expect(dead).rejects.toMatchObject({ code: 'WORKER_FAILED', kind: 'run' });
  await expect(dead).rejects.toThrow(/exit code 3.*a sad last word/s);
  expect((await readTrainingStatus(folder.join('run'))).standing).toBe('stopped');
  expect(await run({ diesAtStep: 12 })).toMatchObject({ status: 'finished', state: { resumedFrom: 10 } });
});

test('the last words are those of the worker that has died, and a kill names its usual reason', async () => {
  await expect(run({ diesAtStep: 3 })).rejects.toThrow(/a sad last word/);
  const killed = await run({ killedAtStep: 3 }).catch((error: unknown) => String(error));
  expect(killed).toContain("without a word (signal SIGKILL, most often by the system's out-of-memory killer).");
  expect(killed).not.toContain('a sad last word');
});

test('a worker that fails while it stops has failed', async () => {
  const failed = runToStop(3, { failsToStop: true });
  await expect(failed).rejects.toMatchObject({ code: 'WORKER_FAILED', fields: { class: 'io' } });
  await expect(failed).rejects.toThrow(/The disk is full/);
});

test('where the environment is at fault its interpreter is named', async () => {
  await expect(run({ failsAtStep: 3, class: 'environment' })).rejects.toThrow(
    `Correct the Python environment of '${folder.join('python')}'`,
  );
});

test('a model that is gone is written again from the last checkpoint, with the figures of its training', async () => {
  await run();
  rmSync(folder.join('run', 'out'), { recursive: true });
  expect(await run()).toMatchObject({ status: 'finished', did: 'trained', state: { resumedFrom: 20, attempt: 2 } });
  expect(messages.at(-1)).toMatch(/its model or a part of it is gone: it is written again/);
  expect(existsSync(folder.join('run', 'out', 'model.gguf'))).toBe(true);
  expect(readFileSync(folder.join('run', 'out', 'README.md'), 'utf8')).toContain('| loss | 0.25 |');
  // No step was done twice.
  expect(readLines('batches.jsonl')).toHaveLength(20);
  expect((await run()).did).toBe('nothing');
});

test.each(['model.gguf', 'model.safetensors'])('a model whose %s alone is gone is written again', async (file) => {
  await run();
  rmSync(folder.join('run', 'out', file));
  expect(await run()).toMatchObject({ status: 'finished', did: 'trained', state: { resumedFrom: 20 } });
  expect(existsSync(folder.join('run', 'out', file))).toBe(true);
  expect((await run()).did).toBe('nothing');
});

test('rows that are too few for the steps are told', async () => {
  expect((await run({ mostSteps: 15 })).state.step).toBe(15);
  expect(messages).toContain('The rows are enough for 15 of the 20 steps, and it ends with them.');
});

/** Puts a worker of another host into the folder, whose last sign of life is so old. */
function trainElsewhere(ageMs: number): void {
  const { attempt } = readLines<{ attempt: number }>('events.jsonl').at(-1) ?? { attempt: 0 };
  const at = (name: string): string => folder.join('run', name);
  const eventsOffset = statSync(at('events.jsonl')).size;
  writeFileSync(at('worker.json'), JSON.stringify({ pid: 4711, host: 'node-a', started: '1', eventsOffset }));
  const hello = { v: 1, t: 'hello', ts: new Date().toISOString(), run: 'x', attempt: attempt + 1, seq: 0, rank: 0 };
  appendFileSync(at('events.jsonl'), `${JSON.stringify({ ...hello, pid: 4711 })}\n`);
  ageSigns(ageMs);
}

/** The last sign of life of that worker is so old, whatever has been looked at since. */
function ageSigns(ageMs: number): void {
  const then = new Date(Date.now() - ageMs);
  for (const name of ['events.jsonl', 'worker.json']) utimesSync(folder.join('run', name), then, then);
}

test('a worker of another host that gave a sign of life within a minute is not joined by a second one', async () => {
  await runToStop(5);
  trainElsewhere(50_000);
  await expect(run()).rejects.toMatchObject({ code: 'WORKER_ELSEWHERE', kind: 'request' });
  ageSigns(50_000);
  await expect(run()).rejects.toThrow(/^Process 4711 on host node-a trains in/);
  ageSigns(50_000);
  await expect(cancelTraining(folder.join('run'))).rejects.toMatchObject({ code: 'WORKER_ELSEWHERE' });
  ageSigns(50_000);
  expect(await readTrainingStatus(folder.join('run'))).toMatchObject({ standing: 'running', host: 'node-a' });
  trainElsewhere(61_000);
  expect((await readTrainingStatus(folder.join('run'))).standing).toBe('stopped');
  expect((await run()).status).toBe('finished');
});

test('a cluster that does not answer leaves the events to tell, and the wish to stop in the folder', async () => {
  await runToStop(5);
  trainElsewhere(0);
  const { eventsOffset } = JSON.parse(readFileSync(folder.join('run', 'worker.json'), 'utf8'));
  // Nobody listens there.
  const job = { launcher: 'ray', address: 'http://127.0.0.1:9', submission: 'a-1', token: 't', attempt: 2 };
  writeFileSync(folder.join('run', 'worker.json'), JSON.stringify({ eventsOffset, ...job }));
  const access = { patienceMs: 100 };
  const look = async (laterMs: number): Promise<string> =>
    (await readTrainingStatus(folder.join('run'), { access, nowMs: Date.now() + laterMs })).standing;
  expect([await look(0), await look(61_000)]).toEqual(['running', 'unreachable']);
  await expect(cancelTraining(folder.join('run'), { access })).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  expect(existsSync(folder.join('run', 'control', 'cancel'))).toBe(true);
  await expect(run({}, { access })).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
});

test('a job that has told its end needs no cluster any more, and one that an earlier attempt tells of does', async () => {
  await runToStop(5);
  const path = folder.join('run', 'worker.json');
  const { eventsOffset } = JSON.parse(readFileSync(path, 'utf8')) as { eventsOffset: number };
  const job = { launcher: 'ray', address: 'http://127.0.0.1:9', submission: 'a-1', token: 't', attempt: 2 };
  const access = { patienceMs: 100 };
  const look = async (): Promise<string> => {
    const nowMs = Date.now() + 61_000;
    return (await readTrainingStatus(folder.join('run'), { access, nowMs })).standing;
  };
  // A new job that has told nothing yet: what was told before is not its own.
  writeFileSync(path, JSON.stringify({ ...job, eventsOffset: statSync(folder.join('run', 'events.jsonl')).size }));
  expect(await look()).toBe('unreachable');
  await expect(run({}, { access })).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  writeFileSync(path, JSON.stringify({ ...job, eventsOffset }));
  expect(await look()).toBe('stopped');
  expect((await run({}, { access })).status).toBe('finished');
});

test("a worker of another host that has said its end stands in nobody's way", async () => {
  await runToStop(5);
  const claim = JSON.parse(readFileSync(folder.join('run', 'worker.json'), 'utf8')) as object;
  writeFileSync(folder.join('run', 'worker.json'), JSON.stringify({ ...claim, host: 'node-a' }));
  expect((await run()).status).toBe('finished');
});

/** As a version with other figures in its recipe has begun it. */
function changeRecipe(): void {
  const path = folder.join('run', 'train.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as { optimizer: Record<string, unknown> };
  writeFileSync(path, JSON.stringify({ ...config, optimizer: { ...config.optimizer, learningRate: 0.25 } }));
}

test('a training that another version began goes on with its own configuration, and what differs is said', async () => {
  await runToStop(5);
  changeRecipe();
  const { status, config } = await run();
  expect(status).toBe('finished');
  expect(config.optimizer.learningRate).toBe(0.25);
  expect(messages.at(-1)).toMatch(
    /^This version's recipe nano\.solver-smoke is not the one .* \(by ScaleQuest 0\.1\.0, commit abc\); .*optimizer\.learningRate: 0\.25 -> 0\.\d+\.$/,
  );
  // Finished, too, and what was asked for is still compared.
  expect((await run()).did).toBe('nothing');
  await expect(run({}, { seed: 5 })).rejects.toMatchObject({ code: 'OTHER_CONFIGURATION' });
});

test('what the worker says of its failure is told', async () => {
  const failed = run({ failsAtStep: 3 });
  await expect(failed).rejects.toMatchObject({ code: 'WORKER_FAILED', fields: { class: 'nan', exitCode: 1 } });
  await expect(failed).rejects.toThrow(/not a number.*another seed/s);
  expect((await readTrainingStatus(folder.join('run'))).standing).toBe('failed');
});

test('a configuration that the worker refuses is a wrong request', async () => {
  await expect(run({ failsAtStep: 3, class: 'config' })).rejects.toMatchObject({
    code: 'WORKER_REFUSED',
    kind: 'request',
  });
});

test('another configuration is refused before Python starts, and what differs is named', async () => {
  await run();
  const other = run({}, { seed: 5, steps: 21, getPython: () => Promise.reject(new Error('asked for Python')) });
  await expect(other).rejects.toMatchObject({ code: 'OTHER_CONFIGURATION', kind: 'request' });
  await expect(other).rejects.toThrow(/maxSteps: 20 -> 21;.* seed: 0 -> 5/);
  await expect(run({}, { recipe: 'nano.solver' })).rejects.toThrow(
    /model\.hiddenSize: 64 -> \d+;.* recipe: "nano.solver-smoke" -> "nano.solver"/,
  );
});

test('other rows, and a data file that was changed, are refused', async () => {
  await run();
  appendFileSync(folder.join('rows.jsonl'), '{"id":"x","prompt":"a","reply":"b"}\n');
  await expect(run()).rejects.toThrow(/data.sha256: "[0-9a-f]+" -> "[0-9a-f]+"/);
  await expect(run({}, { dataFile: undefined })).rejects.toThrow(/source: "file" -> "generated"/);
  writeFileSync(folder.join('rows.jsonl'), readFileSync(folder.join('run', 'data', 'train.jsonl')));
  expect((await run()).did).toBe('nothing');
  appendFileSync(folder.join('run', 'data', 'train.jsonl'), '{"id":"x","prompt":"a","reply":"b"}\n');
  await expect(run()).rejects.toMatchObject({ code: 'DATA_CHANGED', kind: 'request' });
});

test('rows that are none are refused with their line, and nothing stands in the way of the right ones', async () => {
  const rows = readFileSync(folder.join('rows.jsonl'), 'utf8');
  writeFileSync(folder.join('rows.jsonl'), `${rows}{"id":"x","prompt":"a"}\n`);
  await expect(run()).rejects.toThrow(/^Line 41 of .*rows.jsonl' is no row/);
  writeFileSync(folder.join('rows.jsonl'), `${rows}{"id":"x","prompt":"half a character: \\ud800","reply":"b"}\n`);
  await expect(run()).rejects.toThrow(/^Line 41 of .*half of a character/s);
  writeFileSync(folder.join('rows.jsonl'), '');
  await expect(run()).rejects.toThrow(/holds no rows/);
  writeFileSync(folder.join('rows.jsonl'), rows);
  expect((await run()).status).toBe('finished');
});

test('a folder with other things in it is refused', async () => {
  writeFileSync(folder.join('thesis.tex'), '');
  await expect(run({}, { folder: folder.path })).rejects.toMatchObject({ code: 'NOT_A_TRAINING', kind: 'request' });
  await expect(readTrainingStatus(folder.path)).rejects.toMatchObject({ code: 'NOT_A_TRAINING' });
  await expect(readTrainingStatus(folder.join('nowhere'))).rejects.toMatchObject({ code: 'NOT_A_TRAINING' });
});

test('two at once in one folder: the second one is told who has it', async () => {
  let second: Promise<unknown> | undefined;
  const first = run(
    { holdsAtSteps: [3] },
    {
      onProgress: ({ state }) => {
        if (state.step < 3) return;
        second ??= run()
          .catch((error: unknown) => error)
          .finally(() => letGoOn(folder.join('run')));
      },
    },
  );
  expect((await first).status).toBe('finished');
  expect(await second).toMatchObject({ code: 'RUN_LOCKED', kind: 'request' });
});

test('a lost line is told, and an event of a newer worker is passed over', async () => {
  const { status } = await run({ losesALine: true, speaksOfTheFuture: true });
  expect(status).toBe('finished');
  expect(messages).toContain('Events 3 to 3 of attempt 1 are missing.');
});

test('a worker that says nothing while it lives is shown as silent', async () => {
  const seen: string[] = [];
  const looks: Promise<void>[] = [];
  await run(
    { holdsAtSteps: [3] },
    {
      onProgress: ({ state }) => {
        if (state.step !== 3 || looks.length > 0) return;
        const look = async (laterMs: number): Promise<void> => {
          seen.push((await readTrainingStatus(folder.join('run'), { nowMs: Date.now() + laterMs })).standing);
        };
        looks.push(look(0), look(61_000));
        void Promise.allSettled(looks).then(() => letGoOn(folder.join('run')));
      },
    },
  );
  await Promise.all(looks);
  expect(seen.sort()).toEqual(['running', 'silent']);
});

test('cancel stops a training from outside, and says so where none runs', async () => {
  expect(await cancelTraining(folder.join('run'))).toBe('idle');
  let cancelled: Promise<string> | undefined;
  const result = await run(
    { holdsAtSteps: [4] },
    {
      onProgress: ({ state }) => {
        if (state.step >= 4) cancelled ??= cancelTraining(folder.join('run'));
      },
    },
  );
  expect(result.status).toBe('interrupted');
  expect(await cancelled).toBe('cancelled');
});

test('cancel kills a worker that does not listen', async () => {
  let cancelled: Promise<string> | undefined;
  const training = run(
    { holdsAtSteps: [4], ignoresCancel: true },
    {
      onProgress: ({ state }) => {
        if (state.step >= 4) cancelled ??= cancelTraining(folder.join('run'), { graceMs: 100, pollMs: 20 });
      },
    },
  );
  await expect(training).rejects.toThrow(/signal SIGKILL/);
  expect(await cancelled).toBe('killed');
});
