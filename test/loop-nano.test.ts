import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, getSystemErrorCode, sha256Hex } from '@scalequest/core';
import { readWordProblem } from '@scalequest/datasets/embedded';
import { readLoopStatus, type StepKind } from '@scalequest/loop';
import { type AnswerCheck, readDataset, readStage, readSynthStatus } from '@scalequest/synth';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { cancelTraining, readTrainingStatus } from '@scalequest/train-bridge';
import { verifyAnswer } from '@scalequest/verifier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listProcesses } from './support/list-processes.ts';
import { listDone, readProgress } from './support/loop-progress.ts';
import { type RunningCli, startCli } from './support/run-cli.ts';
import { testPython } from './support/test-python.ts';

/**
 * Small enough for two minutes, and large enough that the generator asks questions with an answer and others without. The students
 * are too small to solve anything: what arms are worth stands in docs/loop-report.md.
 */
const sizes = {
  ...{ seedQuestions: 64, questions: 32, generations: 64, pairs: 8 },
  ...{ baseSteps: 20, qftSteps: 150, studentSteps: 6, problems: 32 },
};

interface LoopResult {
  readonly status: string;
  readonly manifestSha256: string;
  readonly datasetSha256: string;
  readonly arms: readonly {
    readonly arm: string;
    readonly accuracy: number;
    readonly problems: number;
    readonly against?: { readonly gained: number; readonly lost: number; readonly difference: number };
  }[];
  readonly steps: readonly {
    readonly step: string;
    readonly kind: StepKind;
    readonly seconds: number | null;
    readonly figures: Readonly<Record<string, unknown>>;
  }[];
}

function startLoop(folder: string): RunningCli {
  const set = Object.entries(sizes).flatMap(([key, size]) => ['--set', `${key}=${size}`]);
  const args = ['loop', 'nano', '--arms', 'full,seeds-only', '--parallel', '2', ...set, '--out', folder, '--json'];
  return startCli(args, { env: { SCALEQUEST_PYTHON: testPython ?? '' }, detached: true });
}

async function runLoop(folder: string): Promise<LoopResult> {
  const { code, stdout, stderr } = await startLoop(folder).result;
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as LoopResult;
}

const read = (path: string): string => readFileSync(path, 'utf8');

if (testPython === undefined) console.log('The loop is not run: SCALEQUEST_TEST_PYTHON is not set; npm test sets it.');

describe.skipIf(testPython === undefined)('scalequest loop nano, in miniature', () => {
  let folder: TemporaryFolder;
  let whole: LoopResult;
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    whole = await runLoop(folder.join('whole'));
  }, 400_000);
  afterAll(async () => {
    for (const { step, kind } of whole?.steps ?? []) {
      const own = folder.join('killed', 'steps', step);
      if (kind === 'train' && existsSync(own)) await cancelTraining(own, { graceMs: 1000 });
    }
    folder[Symbol.dispose]();
  });

  const findFigures = (step: string): Readonly<Record<string, unknown>> =>
    whole.steps.find((one) => one.step === step)?.figures ?? {};

  test('every step is done and noted, and what the result names is what lies in the folder', async () => {
    const loop = folder.join('whole');
    expect(whole.status).toBe('finished');
    expect(sha256Hex(read(`${loop}/manifest.json`))).toBe(whole.manifestSha256);
    expect(sha256Hex(read(`${loop}/steps/rows-full/rows.jsonl`))).toBe(whole.datasetSha256);
    expect([...listDone(loop)].sort()).toEqual(whole.steps.map(({ step }) => step).sort());
    const { standing, steps } = await readLoopStatus(loop);
    expect(standing).toBe('finished');
    expect(new Set(steps.map((step) => step.standing))).toEqual(new Set(['done']));
    expect(listProcesses(loop) ?? []).toEqual([]);
  });

  test('each stage keeps at most what came to it, what it dropped adds up, and the arms get what was kept', async () => {
    for (const [run, accept, arm] of [
      ['answers-qpo', sizes.questions, 'full'],
      ['answers-seeds', undefined, 'seeds-only'],
    ] as const) {
      const { stages, accepted, standing } = await readSynthStatus(folder.join('whole', 'steps', run, 'run'));
      expect(standing).toBe('finished');
      let before = stages[0]?.rows ?? 0;
      expect(before).toBeGreaterThan(0);
      for (const { rows, kept, dropped } of stages) {
        expect(rows).toBe(before);
        expect(kept).toBe(rows - Object.values(dropped).reduce((sum, count) => sum + count, 0));
        before = kept;
      }
      expect(accepted).toBe(accept ?? before);
      expect(accepted).toBeLessThanOrEqual(before);
      const { rows, heldOut } = findFigures(`rows-${arm}`);
      expect(Number(rows) + Number(heldOut)).toBe(accepted);
      expect(findFigures(`student-${arm}`)).toEqual({ rows, steps: sizes.studentSteps });
    }
  });

  test('who learnt to ask asks more questions that have an answer', () => {
    const [before, behind] = ['questions-before', 'questions-qpo'].map((step) => {
      const { questions, valid } = findFigures(step);
      return Number(valid) / Number(questions);
    });
    expect(before).toBeLessThan(0.2);
    expect(behind).toBeGreaterThan(0.2);
  });

  test('the filters leave out answers that are less often right than those that they keep', async () => {
    const sums = { kept: { answers: 0, right: 0 }, dropped: { answers: 0, right: 0 } };
    for (const run of ['answers-qpo', 'answers-seeds']) {
      const at = folder.join('whole', 'steps', run, 'run');
      const kept = new Set<string>();
      for await (const { generator, index } of readStage(at, 'select')) kept.add(`${generator}/${index}`);
      for await (const { generator, index, fields } of readStage(at, 'check')) {
        const sum = sums[kept.has(`${generator}/${index}`) ? 'kept' : 'dropped'];
        const { question, checks } = fields as unknown as { question: string; checks: readonly AnswerCheck[] };
        sum.answers += checks.length;
        sum.right += checks.filter(({ answer }) => isRight(question, answer)).length;
      }
    }
    expect(sums.dropped.answers).toBeGreaterThan(0);
    const [kept, dropped] = [sums.kept, sums.dropped].map(({ answers, right }) => right / answers);
    expect(kept).toBeGreaterThan(dropped ?? 1);
    // And of the dataset itself most answers are right where the question has one at all.
    const verdicts: boolean[] = [];
    for await (const { fields } of readDataset(folder.join('whole', 'steps', 'answers-qpo', 'run'))) {
      const { question, answer } = fields as unknown as { question: string; answer: string };
      if (readWordProblem(question).kind === 'solvable') verdicts.push(isRight(question, answer));
    }
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.filter(Boolean).length / verdicts.length).toBeGreaterThan(0.9);
  });

  test('the full arm is not below seeds-only by more than the 99 % interval of their paired difference', () => {
    const { problems, against } = whole.arms.find(({ arm }) => arm === 'full') ?? {};
    expect(problems).toBe(sizes.problems);
    const { gained = 0, lost = 0, difference = Number.NaN } = against ?? {};
    expect(difference).toBe((gained - lost) / sizes.problems);
    // Of pairs of which so many differ; one more of each, for a spread where none differs.
    const spread = (2.576 * Math.sqrt(gained + lost + 2)) / sizes.problems;
    expect(difference).toBeGreaterThan(-spread);
  });

  test('run again it does nothing', async () => {
    const loop = folder.join('whole');
    const before = ['manifest.json', 'steps.jsonl', 'loop.json'].map((name) => read(`${loop}/${name}`));
    const again = await runLoop(loop);
    expect(new Set(again.steps.map(({ seconds }) => seconds))).toEqual(new Set([null]));
    expect({ ...again, steps: [] }).toEqual({ ...whole, steps: [] });
    expect(['manifest.json', 'steps.jsonl', 'loop.json'].map((name) => read(`${loop}/${name}`))).toEqual(before);
  });

  test('SIGTERM ends it after what is out, keeps that and says how it goes on', { timeout: 200_000 }, async () => {
    const loop = folder.join('killed');
    const { child, result } = startLoop(loop);
    const isTraining = (): boolean => readProgress(loop, { step: 'student-base', kind: 'train' }) > 0;
    await expect.poll(isTraining, { timeout: 100_000 }).toBe(true);
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await result;
    expect({ code, result: JSON.parse(stdout) }).toEqual({
      code: 1,
      result: { status: 'interrupted', loop: 'nano', seed: 0, folder: loop },
    });
    expect(stderr).toContain(`Stopped. What is finished is kept in ${loop}; the same command goes on from there.`);
    expect(listProcesses(loop) ?? []).toEqual([]);
    const { standing, steps } = await readLoopStatus(loop);
    expect(standing).toBe('stopped');
    expect(steps.find(({ step }) => step === 'student-base')?.standing).toBe('stopped');
  });

  const kills = 10;

  test('killed ten times at random moments it ends with the same manifest, and leaves nothing running', {
    timeout: 900_000,
  }, async () => {
    const loop = folder.join('killed');
    // LOOP_KILL_SEED=7 for other moments.
    const random = createRandom(`loop-killed/${process.env.LOOP_KILL_SEED ?? '0'}`);
    const open = whole.steps.filter(({ kind }) => kind === 'train' || kind === 'synth' || kind === 'evaluate');
    const killedIn = new Set<string>();
    const kindsAtWork = new Set<StepKind>();
    for (let kill = 0; kill < kills; kill++) {
      const left = open.filter(({ step }) => !listDone(loop).includes(step));
      const target = left.find(({ step }) => !killedIn.has(step)) ?? left[0];
      if (target === undefined) throw new Error('The loop was done before the last kill.');
      killedIn.add(target.step);
      // At most half of what it comes to when nobody disturbs it: then the loop is not done before the kill. But an evaluation asks
      // all its problems at once, and the replies come together: where nothing else is left, the loop is done at once after them.
      const isNearlyDone = left.every(({ kind }) => kind === 'evaluate');
      const most = isNearlyDone ? 0 : Math.floor(readProgress(folder.join('whole'), target) / 2);
      const moment = random.integer({ min: 0, max: most });
      const { child, result } = startLoop(loop);
      const isReached = (): boolean =>
        existsSync(`${loop}/steps/${target.step}`) && readProgress(loop, target) >= moment;
      while (!isReached() && !listDone(loop).includes(target.step) && child.exitCode === null) await sleep(5);
      if (child.exitCode !== null) throw new Error(`The loop ended before it was killed: ${(await result).stderr}`);
      const reach = random.pick(['command', 'group', 'workers too'] as const);
      const pid = child.pid ?? 0;
      process.kill(reach === 'command' ? pid : -pid, 'SIGKILL');
      expect({ target, ...(await result) }).toMatchObject({ signal: 'SIGKILL' });
      const { standing, steps } = await readLoopStatus(loop);
      expect(standing).toBe('stopped');
      expect(
        steps
          .filter((step) => step.standing === 'done')
          .map(({ step }) => step)
          .sort(),
      ).toEqual([...listDone(loop)].sort());
      for (const { step, kind, begunAt } of steps) {
        if (begunAt === undefined) continue;
        kindsAtWork.add(kind);
        if (kind === 'train' && reach === 'workers too') await killWorker(`${loop}/steps/${step}`);
      }
    }
    // The kills came while there was work of each kind to lose, or this test would show nothing.
    expect([...kindsAtWork]).toEqual(expect.arrayContaining(['train', 'synth', 'evaluate']));
    const end = await runLoop(loop);
    expect(read(`${loop}/manifest.json`)).toBe(read(folder.join('whole', 'manifest.json')));
    expect(end.datasetSha256).toBe(whole.datasetSha256);
    expect([...listDone(loop)].sort()).toEqual([...listDone(folder.join('whole'))].sort());
    expect(listProcesses(loop) ?? []).toEqual([]);
  });
});

async function killWorker(folder: string): Promise<void> {
  if (!existsSync(`${folder}/train.json`)) return;
  const { pid } = await readTrainingStatus(folder);
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It came to its end meanwhile.
    if (getSystemErrorCode(error) !== 'ESRCH') throw error;
  }
}

function isRight(question: string, answer: string | null): boolean {
  const reading = readWordProblem(question);
  if (reading.kind !== 'solvable' || answer === null) return false;
  return verifyAnswer({ reference: String(reading.answer), candidate: answer }).verdict === 'equal';
}
