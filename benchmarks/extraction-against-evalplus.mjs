// Our port of EvalPlus's sanitizer beside the installed one, text for text, on every recorded program of the data folder and
// on copies of them with fences, chatter and cut ends; and our parser beside CPython's own on the same texts. Ends with 1
// where any differs.
// Usage: SCALEQUEST_DATA_DIR=DIR npm run bench -- extraction-against-evalplus --evalplus PYTHON [--sample 20]
// PYTHON has `evalplus` 0.3.1; it may also be SCALEQUEST_EVALPLUS_PYTHON. Of the 100 samples of each CodeGen problem the first
// --sample are taken.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { parsePython } from '../packages/eval/dist/code/parse-python.js';
import { sanitizeLikeEvalplus } from '../packages/eval/dist/code/sanitize-like-evalplus.js';
import { describeMachine } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    evalplus: { type: 'string', default: process.env.SCALEQUEST_EVALPLUS_PYTHON },
    sample: { type: 'string', default: '20' },
  },
});
const dataDir = process.env.SCALEQUEST_DATA_DIR;

async function* readRows(name) {
  const file = createReadStream(join(dataDir, `${name}.jsonl.gz`)).pipe(createGunzip());
  for await (const line of createInterface({ input: file })) yield JSON.parse(line);
}

const fence = '```';
const wraps = {
  fenced: (code) => `Here is the solution:\n\n${fence}python\n${code}\n${fence}\n\nIt's simple: it loops.\n`,
  unclosed: (code) => `Sure!\n${fence}\n${code}`,
  prose: (code) => `Let's see.\n\n${code}\n\nThis works because of\n- the loop\n- that we don't stop\n`,
  cut: (code) => `${fence}python\n${code.slice(0, Math.ceil(code.length * 0.7))}`,
};

/** Every text with the entry point that is looked for in it. */
async function* listTexts() {
  const tasks = new Map();
  for await (const { task_id, entry_point, prompt, canonical_solution } of readRows('benchmark/humaneval/test')) {
    tasks.set(task_id, entry_point);
    yield { kind: 'humaneval', text: prompt + canonical_solution, entryPoint: entry_point };
  }
  for await (const { code } of readRows('benchmark/mbpp/test')) {
    yield { kind: 'mbpp', text: code, entryPoint: /def (\w+)/.exec(code)?.[1] ?? '' };
  }
  const files = ['humaneval/reflexion-gpt-4', 'humaneval/reflexion-simple-gpt-3.5-turbo'];
  files.push('humaneval/reflexion-simple-gpt-4', 'humaneval/reflexion-simple-gpt-4-logging');
  files.push('humaneval/reflexion-simple-text-davinci-003', 'mbpp/reflexion-gpt-4', 'mbpp/reflexion-simple-gpt-4');
  for (const file of files) {
    for await (const { solution, entry_point: entryPoint } of readRows(`generations/${file}`)) {
      if (solution === '') continue;
      yield { kind: 'reflexion', text: solution, entryPoint };
      for (const [kind, wrap] of Object.entries(wraps)) yield { kind, text: wrap(solution), entryPoint };
    }
  }
  const lines = [];
  for await (const { file, line, task_id } of readRows('generations-derived/code-execution-labels')) {
    if (file.startsWith('codet')) lines[line] = tasks.get(task_id);
  }
  let line = 0;
  for await (const { prompt, samples } of readRows('generations/humaneval/codet-codegen-16b-n100')) {
    const entryPoint = lines[line++];
    for (const sample of samples.slice(0, Number(values.sample))) {
      yield { kind: 'codegen', text: prompt + sample, entryPoint };
      yield { kind: 'codegen bodies', text: sample, entryPoint };
    }
  }
}

if (values.evalplus === undefined || dataDir === undefined) {
  console.error('Give --evalplus PYTHON (with evalplus 0.3.1) and SCALEQUEST_DATA_DIR.');
  process.exitCode = 2;
} else {
  const texts = [];
  for await (const text of listTexts()) texts.push(text);
  const script = join(import.meta.dirname, 'support', 'sanitize-with-evalplus.py');
  const child = spawn(values.evalplus, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
  const counts = new Map();
  const different = [];
  let ourMs = 0;
  let index = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const { kind, text, entryPoint } = texts[index++];
    const { program, isPython } = JSON.parse(line);
    const start = performance.now();
    const ours = sanitizeLikeEvalplus(text, entryPoint);
    ourMs += performance.now() - start;
    const count = counts.get(kind) ?? { texts: 0, programs: 0, parses: 0 };
    counts.set(kind, count);
    count.texts++;
    if (ours === program) count.programs++;
    else different.push({ kind, text });
    if ((parsePython(text) !== undefined) === isPython) count.parses++;
    else different.push({ kind, text });
  }
  console.log(`${describeMachine()}, evalplus 0.3.1; ours ${(ourMs / texts.length).toFixed(2)} ms a text`);
  for (const [kind, { texts, programs, parses }] of counts) {
    console.log(`${kind}: ${programs} of ${texts} programs equal, ${parses} parse as CPython says`);
  }
  for (const { kind, text } of different) console.log(`different, ${kind}: ${JSON.stringify(text.slice(-120))}`);
  if (different.length > 0 || index !== texts.length) process.exitCode = 1;
}
