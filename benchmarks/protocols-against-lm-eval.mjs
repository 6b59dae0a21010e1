// The prompts of lm-eval@1 beside those of the installed lm-eval's own task code, byte for byte: GSM8K with five examples,
// hendrycks_math, minerva_math, and HumanEval and MBPP with their instruct forms. With --evalplus also those of evalplus@1
// beside EvalPlus's own prompt builder. Ends with 1 where any differs.
// Usage: SCALEQUEST_DATA_DIR=DIR npm run bench -- protocols-against-lm-eval --python PYTHON [--evalplus PYTHON] [--count 100] [--json]
// The first PYTHON has `lm-eval[math]` 0.4.13, the second `evalplus` 0.3.1; they may also be SCALEQUEST_LM_EVAL_PYTHON and
// SCALEQUEST_EVALPLUS_PYTHON.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { loadBenchmark } from '@scalequest/datasets';
import { createPromptRenderer, findProtocol, getShots, loadShots, readShots, resolveProtocol } from '@scalequest/eval';
import { describeMachine } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: process.env.SCALEQUEST_LM_EVAL_PYTHON },
    evalplus: { type: 'string', default: process.env.SCALEQUEST_EVALPLUS_PYTHON },
    count: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});
const dataDir = process.env.SCALEQUEST_DATA_DIR;
const cacheDir = '/nonexistent';

/** Which of our benchmarks and variants is which task of lm-eval. */
const tasks = [
  { task: 'gsm8k', benchmark: 'gsm8k' },
  { task: 'hendrycks_math', benchmark: 'math' },
  { task: 'minerva_math', benchmark: 'math', variant: 'minerva_math' },
  { task: 'humaneval', benchmark: 'humaneval' },
  { task: 'humaneval_instruct', benchmark: 'humaneval', variant: 'humaneval_instruct' },
  { task: 'mbpp', benchmark: 'mbpp' },
  { task: 'mbpp_plus', benchmark: 'mbpp', variant: 'mbpp_plus' },
  { task: 'mbpp_instruct', benchmark: 'mbpp', variant: 'mbpp_instruct' },
];

async function askLmEval() {
  const folder = await mkdtemp(join(tmpdir(), 'scalequest-lm-eval-'));
  try {
    const script = join(import.meta.dirname, 'support', 'render-lm-eval-prompts.py');
    const args = [script, dataDir, values.count, folder];
    const options = { maxBuffer: 2 ** 30, timeout: 600_000, env: { ...process.env, OMP_NUM_THREADS: '1' } };
    const { stdout } = await promisify(execFile)(values.python, args, options);
    const [about, ...rows] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { about, rows, shots: await readShots(about.minerva_shots) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What EvalPlus asks a model with a chat template (ChatML here) and an OpenAI server. */
const evalplusForms = [
  { task: 'evalplus humaneval', benchmark: 'humaneval' },
  { task: 'evalplus mbpp', benchmark: 'mbpp-plus' },
  { task: 'evalplus-openai humaneval', benchmark: 'humaneval', variant: 'openai' },
  { task: 'evalplus-openai mbpp', benchmark: 'mbpp-plus', variant: 'openai' },
];

async function askEvalplus() {
  const script = join(import.meta.dirname, 'support', 'render-evalplus-prompts.py');
  const options = { maxBuffer: 2 ** 30, timeout: 300_000 };
  const { stdout } = await promisify(execFile)(values.evalplus, [script, dataDir, values.count], options);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function compareEvalplus({ task, benchmark, variant }, theirs) {
  const resolved = resolveProtocol(findProtocol('evalplus@1'), {
    benchmark,
    ...(variant === undefined ? {} : { variant }),
  });
  const render = createPromptRenderer(resolved);
  const { problems } = await loadBenchmark(benchmark, { dataDir, cacheDir });
  const byId = new Map(problems.map((problem, position) => [problem.id, { problem, position }]));
  const rows = theirs.filter((row) => row.task === task);
  const { stop, maxTokens } = resolved.protocol.sampling;
  const different = rows.filter((row) => {
    const { problem, position } = byId.get(row.id);
    const prompt = render(problem, position);
    const text = prompt.kind === 'completion' ? prompt.text : prompt.messages[0].content;
    return text !== row.prompt || JSON.stringify(stop) !== JSON.stringify(row.stop) || maxTokens !== row.maxTokens;
  });
  const { label, sha256 } = resolved;
  return {
    task,
    label,
    sha256,
    documents: rows.length,
    equal: rows.length - different.length,
    different: different.map(({ id }) => id),
  };
}

/** The ids whose prompt, stops or length differ from ours. */
async function compare({ task, benchmark, variant }, theirs) {
  const rows = theirs.rows.filter((row) => row.task === task);
  const choices = { benchmark, ...(variant === undefined ? {} : { variant }) };
  const protocol = findProtocol('lm-eval@1');
  const wanted = getShots(protocol, choices);
  const shots =
    wanted?.source.kind === 'file' ? theirs.shots : wanted && (await loadShots(wanted, { dataDir, cacheDir }));
  const resolved = resolveProtocol(protocol, { ...choices, ...(shots === undefined ? {} : { shots }) });
  const render = createPromptRenderer(resolved);
  const { problems } = await loadBenchmark(benchmark, { dataDir, cacheDir });
  // Some questions are asked twice, with other tests: their documents are in the order of the benchmark.
  const positions = new Map();
  for (const [position, { problem }] of problems.entries()) {
    const same = positions.get(problem.trim()) ?? [];
    positions.set(problem.trim(), [...same, position]);
  }
  const stops = JSON.stringify(resolved.protocol.sampling.stop);
  const different = rows.flatMap((row) => {
    const position = positions.get(row.problem.trim()).shift();
    const isSame = render(problems[position], position).text === row.prompt && JSON.stringify(row.stop) === stops;
    // Where a task says nothing, lm-eval takes 256.
    const isAsLong = (row.maxTokens ?? 256) === resolved.protocol.sampling.maxTokens;
    return isSame && isAsLong ? [] : [problems[position].id];
  });
  return {
    task,
    label: resolved.label,
    sha256: resolved.sha256,
    documents: rows.length,
    equal: rows.length - different.length,
    different,
  };
}

if (values.python === undefined || dataDir === undefined) {
  console.error('Give --python PYTHON (with lm-eval[math] 0.4.13) and SCALEQUEST_DATA_DIR.');
  process.exitCode = 2;
} else {
  const theirs = await askLmEval();
  const results = [];
  for (const task of tasks) results.push(await compare(task, theirs));
  if (values.evalplus !== undefined) {
    const asked = await askEvalplus();
    for (const form of evalplusForms) results.push(await compareEvalplus(form, asked));
  }
  if (values.json) {
    console.log(JSON.stringify({ version: theirs.about.version, results }));
  } else {
    console.log(`${describeMachine()}, lm-eval ${theirs.about.version}`);
    for (const { task, label, sha256, documents, equal, different } of results) {
      const ids = different.length === 0 ? '' : `; different: ${different.join(' ')}`;
      console.log(`${task}: ${equal} of ${documents} prompts equal, ${label} (${sha256.slice(0, 8)})${ids}`);
    }
  }
  if (results.some(({ different, documents }) => different.length > 0 || documents === 0)) process.exitCode = 1;
}
