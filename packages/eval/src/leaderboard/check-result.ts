import { canonicalJson, digest } from '@scalequest/core';
import { getBenchmark, loadBenchmark } from '@scalequest/datasets';
import { findTaskOfResult } from '../benchmarks/choose-set.ts';
import { outcomes } from '../outcomes/outcome.ts';
import { isSourceLabel } from '../pipeline/source-label.ts';
import { findKnownText } from './find-known-text.ts';
import { computeIdsSha256 } from './ids-sha256.ts';
import { countLetters, limits, listMarks } from './letters.ts';
import { nameResult } from './name-result.ts';
import { outcomeLetters, type ResultFile } from './result-file.ts';

/** Something that is not as it must be. */
export interface Finding {
  /** File and, where there is one, field: `leaderboard/results/gsm8k--m.json, correct`. */
  readonly place: string;
  /** As a sentence, with what is said and what is so. */
  readonly what: string;
}

/** What is wrong with a result by itself and by what this version knows of its benchmark and its protocol. */
export async function checkResult(path: string, result: ResultFile): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const add = (field: string, what: string): void => void findings.push({ place: `${path}, ${field}`, what });
  const expected = nameResult(result);
  if (path.slice(path.lastIndexOf('/') + 1) !== expected)
    add('name', `The file of this benchmark, model and protocol is named ${expected}.`);
  checkFigures(result, add);
  checkProtocol(result, add);
  if (result.replies === 'recorded' && result.source === undefined) {
    add('source', 'Recorded replies do not say where they come from.');
  }
  await checkBenchmark(result, add);
  return findings;
}

type Add = (field: string, what: string) => void;

function checkFigures(result: ResultFile, add: Add): void {
  const { problems, epochs, grader, correct, accuracy } = result;
  for (const [name, letters] of Object.entries(result.outcomes)) {
    const field = `outcomes['${name}']`;
    if (letters.length !== epochs) add(field, `It has ${letters.length} strings, and there are ${epochs} epochs.`);
    for (const [epoch, text] of letters.entries()) {
      const bad = [...text].findIndex((letter) => !knownLetters.has(letter));
      if (bad !== -1) {
        const known = [...knownLetters].join(', ');
        add(`${field}[${epoch}]`, `Letter ${bad + 1} is '${text[bad]}', and the letters are ${known}.`);
      }
      if (text.length !== problems) {
        add(`${field}[${epoch}]`, `It has ${text.length} letters, and there are ${problems} problems.`);
      }
    }
  }
  const own = Object.hasOwn(result.outcomes, grader) ? result.outcomes[grader] : undefined;
  if (own === undefined) {
    const judges = Object.keys(result.outcomes).join(', ') || 'nobody';
    add('grader', `It names '${grader}', and there are outcomes of ${judges}.`);
    return;
  }
  if (isSourceLabel(grader)) add('grader', `'${grader}' is what the source says, and a row is judged here.`);
  const samples = problems * epochs;
  const counts = countLetters(own);
  if (counts.correct !== correct) {
    add('correct', `It says ${correct}, and the letters of ${grader} have ${counts.correct} correct of ${samples}.`);
  }
  if (accuracy !== counts.correct / samples) {
    add('accuracy', `It says ${accuracy}, and ${counts.correct} of ${samples} is ${counts.correct / samples}.`);
  }
  if (counts.error > limits.error * samples) {
    add(`outcomes['${grader}']`, `${counts.error} of ${samples} samples are errors, above ${100 * limits.error} %.`);
  }
  const marks = listMarks(counts, samples);
  if (canonicalJson(marks) !== canonicalJson(result.marks)) {
    const shares = `${counts.undecided} of ${samples} undecided (limit ${100 * limits.undecided} %), ${counts.truncated} truncated (limit ${100 * limits.truncated} %)`;
    add(
      'marks',
      `It says ${JSON.stringify(result.marks)}, and the letters ask for ${JSON.stringify(marks)}: ${shares}.`,
    );
  }
}

const knownLetters: ReadonlySet<string> = new Set(outcomes.map((outcome) => outcomeLetters[outcome]));

function checkProtocol({ protocol, replies }: ResultFile, add: Add): void {
  if (protocol === null) {
    if (replies === 'asked') add('protocol', 'A model was asked, and it is not said how.');
    return;
  }
  const own = digest(protocol.text);
  if (own !== protocol.sha256) {
    add('protocol.sha256', `It says ${protocol.sha256}, and the text of ${protocol.label} has ${own}.`);
  }
  const known = findKnownText(protocol.label);
  if (known !== undefined && digestWithoutShots(known) !== digestWithoutShots(protocol.text)) {
    add('protocol.text', `It is not the text that this version has for ${protocol.label}.`);
  }
}

/** Without what identifies the texts of examples: they come from data, which need not be here. */
function digestWithoutShots({ shots, ...text }: { readonly shots?: unknown }): string {
  if (typeof shots !== 'object' || shots === null) return digest(text);
  const { sha256: _, source: __, ...form } = shots as Readonly<Record<string, unknown>>;
  return digest({ ...text, shots: form });
}

async function checkBenchmark(result: ResultFile, add: Add): Promise<void> {
  const task = findTaskOfResult(result.benchmark);
  if (task === undefined) {
    add('benchmark', `'${result.benchmark}' is no benchmark that ships.`);
    return;
  }
  const benchmark = getBenchmark(task.benchmark);
  if (result.benchmarkProblems !== benchmark.count) {
    add('benchmarkProblems', `It says ${result.benchmarkProblems}, and ${result.benchmark} has ${benchmark.count}.`);
  }
  if (result.problems !== benchmark.count) {
    add('problems', `It says ${result.problems}, and a row is of all ${benchmark.count}.`);
  }
  if (result.rowsSha256 !== benchmark.rowsSha256) {
    add('rowsSha256', `It says ${result.rowsSha256}, and the registry has ${benchmark.rowsSha256}.`);
  }
  if (benchmark.rows.kind !== 'generated') return;
  const ids = await findGeneratedIds(benchmark);
  if (result.idsSha256 !== ids)
    add('idsSha256', `It says ${result.idsSha256}, and the ids of the benchmark have ${ids}.`);
}

/** By benchmark: making its problems takes a second, and a gate checks each result on two sides. */
const generatedIds = new Map<string, Promise<string>>();

/** Made here, so that nothing is read. */
function findGeneratedIds(benchmark: ReturnType<typeof getBenchmark>): Promise<string> {
  const known = generatedIds.get(benchmark.name);
  if (known !== undefined) return known;
  const made = loadBenchmark(benchmark, { cacheDir: '' }).then(({ problems }) =>
    computeIdsSha256(problems.map(({ id }) => id)),
  );
  generatedIds.set(benchmark.name, made);
  return made;
}
