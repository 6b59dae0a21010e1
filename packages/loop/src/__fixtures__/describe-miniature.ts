import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { makeLeaderboard } from '@scalequest/eval';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoopConfig } from '../config/loop-config.ts';
import type { StepEntry } from '../engine/step-log.ts';
import { makeMiniature, writeSeeds } from './miniature.ts';
import { type ScriptedRoles, startScriptedRoles } from './scripted-roles.ts';
import { startLoop } from './start-loop.ts';

export interface MiniatureLoop {
  readonly name: string;
  readonly generators: readonly string[];
  /** Those that are given. */
  readonly roles: readonly string[];
  /** Put over the miniature's. */
  readonly config?: LoopConfig;
  /** The steps at which it is killed and goes on. */
  readonly kills: readonly ('questions' | 'evaluate-nano')[];
  /** What the loop's own steps must have made. */
  readonly check: (made: MadeLoop) => void;
}

/** A loop that came to its end. */
export interface MadeLoop {
  readonly folder: TemporaryFolder;
  readonly roles: ScriptedRoles;
  /** In the order of the manifest. */
  readonly names: readonly string[];
  readonly getFigures: (step: string) => Readonly<Record<string, unknown>>;
  /** Lines of a file of a step. */
  readonly readLines: (step: string, file: string) => readonly Readonly<Record<string, unknown>>[];
}

const python = process.env.SCALEQUEST_TEST_PYTHON || undefined;

/** Runs a loop of the paper to its end with real trainings and servers of the embedded models; then once more, with kills. */
export function describeMiniature({ name, generators, roles, config, kills, check }: MiniatureLoop): void {
  if (python === undefined) process.stderr.write(`The loop ${name} is not run: SCALEQUEST_TEST_PYTHON is not set.\n`);

  describe.skipIf(python === undefined)(`${name} in miniature`, () => {
    let folder: TemporaryFolder;
    let scripted: ScriptedRoles;
    let made: MadeLoop;

    beforeAll(async () => {
      folder = makeTemporaryFolder();
      scripted = await startScriptedRoles(roles);
      writeFileSync(folder.join('seeds.jsonl'), writeSeeds(200));
      const small = makeMiniature({
        ...{ generators, models: scripted.models, seeds: folder.join('seeds.jsonl'), python: python ?? '' },
      });
      writeFileSync(folder.join('loop.json'), JSON.stringify({ ...small, ...config }));
      await runToEnd(name, folder);
      made = readMade(folder, scripted);
    }, 600_000);
    afterAll(async () => {
      await scripted[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    });

    test('every step has made what it is for', () => {
      expect(made.names).toEqual([
        ...['seed-questions', 'qft-data'],
        ...generators.flatMap((one) => [`qft-rows-${one}`, `qft-${one}`]),
        'qpo-data',
        ...generators.flatMap((one) => [`qpo-rows-${one}`, `qpo-${one}`]),
        ...['questions', 'dataset'],
        ...made.names.filter((one) => /^(rows|student|evaluate|row)-/.test(one)),
        'board',
      ]);
      expect(made.getFigures('seed-questions')).toEqual({ rows: 120 });
      for (const generator of generators) {
        expect(made.getFigures(`qft-${generator}`).rows).toBeGreaterThan(90);
        const pairs = made.readLines(`qpo-rows-${generator}`, 'rows.jsonl');
        expect(pairs.length).toBeGreaterThan(40);
        expect(pairs.every(({ id, chosen, rejected }) => String(id).startsWith(generator) && chosen !== rejected)).toBe(
          true,
        );
        expect(made.getFigures(`qpo-${generator}`).rows).toBe(pairs.length);
      }
      expect(made.getFigures('dataset')).toEqual({ rows: 24 * generators.length });
      check(made);
    });

    test('the leaderboard is what its results make', async () => {
      const { findings, board } = await makeLeaderboard({ dir: folder.join('loop/steps/board'), check: true });
      expect(findings).toEqual([]);
      const measured = board.tables.flatMap((table) => table.measured.map(({ model }) => model));
      expect(measured).toContain('nano');
      expect(measured).toHaveLength(made.names.filter((one) => one.startsWith('row-')).length);
    });

    test(`killed at ${kills.join(' and ')}, it makes the same`, async () => {
      const entries = readEntries(folder);
      forgetFrom('questions', folder);
      const { judge } = scripted.servers;
      const before = judge?.getStatistics().requests ?? 0;
      const atWork = {
        questions: () => (judge?.getStatistics().requests ?? 0) > before + 5,
        'evaluate-nano': () => hasReplies(folder.join('loop/steps/evaluate-nano')),
      };
      for (const step of kills) {
        await runAndKill(name, folder, { when: atWork[step] });
        expect(readEntries(folder).map((entry) => entry.step)).not.toContain(step);
      }
      // The dataset is what all that is dear goes into; a loop that goes on to its end is seen once.
      if (kills.includes('evaluate-nano')) {
        const manifest = readFileSync(folder.join('loop/manifest.json'), 'utf8');
        rmSync(folder.join('loop/manifest.json'));
        await runToEnd(name, folder);
        expect(readFileSync(folder.join('loop/manifest.json'), 'utf8')).toBe(manifest);
      } else {
        await runAndKill(name, folder, { when: () => readEntries(folder).some(({ step }) => step === 'dataset') });
        const made = readEntries(folder).filter(({ step }) => step === 'questions' || step === 'dataset');
        expect(made).toEqual(entries.filter(({ step }) => step === 'questions' || step === 'dataset'));
      }
    }, 600_000);
  });
}

function readEntries(folder: TemporaryFolder): readonly StepEntry[] {
  const lines = readFileSync(folder.join('loop/steps.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as StepEntry);
}

async function runToEnd(name: string, folder: TemporaryFolder): Promise<void> {
  const { code, stderr } = await startLoop({ name, folder }).ended;
  if (code !== 0) throw new Error(stderr);
}

/** Without a warning, as the power goes. */
async function runAndKill(
  name: string,
  folder: TemporaryFolder,
  { when }: { readonly when: () => boolean },
): Promise<void> {
  const { child, ended } = startLoop({ name, folder });
  const timer = setInterval(() => {
    if (when()) child.kill('SIGKILL');
  }, 5);
  const { code, stderr } = await ended;
  clearInterval(timer);
  if (code !== null) throw new Error(`It ended before it was killed: ${stderr}`);
}

/** Whether an evaluation has some replies. */
function hasReplies(folder: string): boolean {
  for (const benchmark of ['math-embedded', 'humaneval']) {
    const journal = `${folder}/${benchmark}/journal.jsonl`;
    if (existsSync(journal) && readFileSync(journal, 'utf8').split('\n').length > 4) return true;
  }
  return false;
}

/** As if the step, and all behind it but the trainings, had never been. */
function forgetFrom(step: string, folder: TemporaryFolder): void {
  const log = folder.join('loop/steps.jsonl');
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  const names = lines.map((line) => (JSON.parse(line) as StepEntry).step);
  const kept = lines.slice(0, names.indexOf(step));
  writeFileSync(log, kept.map((line) => `${line}\n`).join(''));
  for (const name of names.slice(names.indexOf(step))) {
    if (!name.startsWith('student-')) rmSync(folder.join('loop/steps', name), { recursive: true });
  }
}

function readMade(folder: TemporaryFolder, roles: ScriptedRoles): MadeLoop {
  const { steps } = JSON.parse(readFileSync(folder.join('loop/manifest.json'), 'utf8')) as {
    readonly steps: readonly StepEntry[];
  };
  return {
    folder,
    roles,
    names: steps.map(({ step }) => step),
    getFigures: (step) => steps.find((one) => one.step === step)?.figures ?? {},
    readLines: (step, file) =>
      readFileSync(folder.join('loop/steps', step, file), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  };
}
