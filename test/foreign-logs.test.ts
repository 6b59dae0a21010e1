import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type ModelServer, makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeLmEvalTasks } from './support/foreign/make-lm-eval-tasks.ts';
import { runCli } from './support/run-cli.ts';

/** A Python with lm-eval and inspect_ai. `npm test` sets one up and names it here. */
const python = process.env.SCALEQUEST_FOREIGN_PYTHON || undefined;

/** Word problems of ours in GSM8K's form: the answer, and what the model replies. */
const wordProblems: readonly (readonly [answer: string, reply: string])[] = [
  ['7', 'That makes 3 + 4 = 7.\n#### 7'],
  ['12', 'So 12 of them.\n#### 13'],
  ['1,250', 'It costs $1,250.\n#### 1250'],
  ['40', 'The answer is 40.'],
  ['-5', 'It falls by five: -5\n#### -5'],
  ['18', '#### $18'],
  ['2.5', 'Half of 5 is 2.5.\n#### 2.5'],
  ['9', 'I do not know.'],
  ['100', 'First 90, then 100.\n#### 100.'],
  ['64', '#### 64\nBut check: 8 * 9 = 72'],
  ['31', ''],
  ['8', 'There are 8\n####8'],
];

/** Problems of ours in MATH's form: the answer, and what the model replies. */
const mathProblems: readonly (readonly [answer: string, reply: string])[] = [
  ['\\frac{1}{2}', 'Final Answer: The final answer is $\\frac{1}{2}$. I hope it is correct.'],
  ['\\frac{1}{2}', 'Final Answer: The final answer is $0.5$. I hope it is correct.'],
  ['x^2+1', 'Thus $x^2 + 1$'],
  ['10', 'Final Answer: The final answer is $11$. I hope it is correct.'],
  ['(1,2]', 'The set is $(1,2]$'],
  ['\\sqrt{8}', 'Final Answer: The final answer is $2\\sqrt{2}$. I hope it is correct.'],
  ['5', '5'],
  ['90^\\circ', 'Final Answer: The final answer is $90$. I hope it is correct.'],
  ['3', 'No idea'],
  ['\\text{even}', 'Final Answer: The final answer is $even$. I hope it is correct.'],
];

describe.skipIf(python === undefined)('logs of real evaluation systems', () => {
  let folder: TemporaryFolder;
  let server: ModelServer;
  beforeAll(async () => {
    folder = makeTemporaryFolder();
    server = await startModelServer({
      reply: ({ text }) => {
        const [, set, index] = /(Task|Exercise) (\d+):/.exec(text) ?? [];
        const replies = set === 'Task' ? wordProblems : mathProblems;
        return replies[Number(index)]?.[1] ?? 'Which one?';
      },
      misbehaviours: [
        { kind: 'status', status: 400, when: ({ kind, text }) => kind === 'chat' && text.includes('Task 8:') },
      ],
    });
    const write = (name: string, records: readonly object[], reference: string): void => {
      writeFileSync(folder.join(`${name}.jsonl`), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      writeFileSync(
        folder.join(`${name}.mjs`),
        `export default { name: '${name}', data: './${name}.jsonl', row: { safeParse: (data) => ({ success: true, data }) },
          parse: (record) => ({ id: record.key, problem: record.question ?? record.problem, reference: ${reference} }) };`,
      );
    };
    write(
      'own-gsm8k',
      wordProblems.map(([answer], i) => ({
        key: `w${i}`,
        question: `Task ${i}: how many are there in all, where the whole is told in the picture?`,
        answer: `They are counted.\n#### ${answer}`,
      })),
      "record.answer.split('#### ')[1]",
    );
    write(
      'own-math',
      mathProblems.map(([answer], i) => ({
        key: `m${i}`,
        problem: `Exercise ${i}: find the value that the figure shows.`,
        level: 'Level 1',
        type: 'Algebra',
        solution: `It is read off: $\\boxed{${answer}}$.`,
      })),
      'record.solution.slice(record.solution.indexOf("{") + 1, record.solution.lastIndexOf("}"))',
    );
    await Promise.all([makeLmEvalLogs(), makeInspectLogs()]);
  }, 400_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    folder?.[Symbol.dispose]();
  });

  async function makeLmEvalLogs(): Promise<void> {
    const shipped = (
      await runPython(['-c', 'import lm_eval, os; print(os.path.join(lm_eval.__path__[0], "tasks"))'])
    ).trim();
    makeLmEvalTasks({
      folder: folder.path,
      shipped,
      gsm8k: folder.join('own-gsm8k.jsonl'),
      math: folder.join('own-math.jsonl'),
    });
    const model = `model=tiny,base_url=${server.baseUrl}/completions,tokenizer_backend=none,num_concurrent=4,max_retries=1,eos_string=</s>`;
    const tasks = 'own_gsm8k,own_gsm8k_twice,own_hendrycks,own_minerva';
    const output = ['--log_samples', '--output_path', folder.join('lm-eval')];
    await runPython(
      ['-m', 'lm_eval', '--model', 'local-completions', '--model_args', model, '--tasks', tasks].concat([
        '--include_path',
        folder.path,
        '--batch_size',
        '1',
        ...output,
      ]),
    );
  }

  async function makeInspectLogs(): Promise<void> {
    const script = new URL('./support/foreign/make_inspect_logs.py', import.meta.url).pathname;
    await runPython([script, folder.join('own-gsm8k.jsonl'), server.baseUrl, folder.join('inspect')]);
  }

  async function runPython(args: readonly string[]): Promise<string> {
    const child = spawn(python as string, args, {
      cwd: folder.path,
      env: {
        PATH: process.env.PATH,
        HOME: folder.path,
        HF_HOME: folder.join('hf'),
        HF_HUB_OFFLINE: '1',
        OPENAI_API_KEY: 'none',
        LOCAL_API_KEY: 'none',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [code] = await once(child, 'close');
    if (code !== 0)
      throw new Error(`${args[0]} ${args[1]} ended with ${code}: ${errors.slice(-3000)}${output.slice(-1000)}`);
    return output;
  }

  function findLmEvalSamples(task: string): string {
    const name = readdirSync(folder.join('lm-eval', 'tiny')).find((one) => one.startsWith(`samples_${task}_2`));
    return folder.join('lm-eval', 'tiny', name ?? `nothing of ${task}`);
  }

  async function run(args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const result = await runCli(args, { cwd: folder.path });
    if (result.code !== 0) throw new Error(result.stderr);
    return result;
  }

  /** The samples that a grader of a run calls correct. */
  function listCorrect(out: string, grader: string): readonly string[] {
    const [file] = readdirSync(folder.join(out, 'scores')).filter(
      (name) => name.replace(/(@\d+)?\.jsonl$/, '') === grader,
    );
    return readLines(folder.join(out, 'scores', file ?? grader))
      .filter(({ outcome }) => outcome === 'correct')
      .map(({ id, epoch }) => `${id} ${epoch}`)
      .sort();
  }

  function readLines(path: string): readonly Record<string, unknown>[] {
    return readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test.each([
    [
      'own_gsm8k',
      'own-gsm8k',
      { 'exact_match,strict-match': 'gsm8k-strict', 'exact_match,flexible-extract': 'gsm8k-flexible' },
    ],
    ['own_minerva', 'own-math', { exact_match: 'minerva', math_verify: 'math-verify' }],
    ['own_hendrycks', 'own-math', { exact_match: 'hendrycks' }],
  ])('of lm-eval, %s has the same sample scores by our profiles', async (task, benchmark, pairs) => {
    const path = findLmEvalSamples(task);
    const graders = Object.values(pairs).join(',');
    await run(['score', `./${benchmark}.mjs`, '--replies', path, '--graders', graders, '--out', task]);
    const rows = readLines(path);
    for (const [theirs, ours] of Object.entries(pairs)) {
      const [metric = '', filter = 'none'] = theirs.split(',');
      const correct = rows
        .filter((row) => row.filter === filter && row[metric] === 1)
        .map(({ doc }) => `${(doc as { readonly key?: string }).key ?? findKey(doc)} 0`)
        .sort();
      expect(correct.length).toBeGreaterThan(1);
      expect(correct.length).toBeLessThan(rows.filter((row) => row.filter === filter).length);
      const label = Object.keys(pairs).length === 1 ? 'source-label' : `source-label.${theirs}`;
      expect({ theirs, correct: listCorrect(task, label) }).toEqual({ theirs, correct });
      expect({ ours, correct: listCorrect(task, ours) }).toEqual({ ours, correct });
    }
    const { details } = JSON.parse(readFileSync(folder.join(task, 'run.json'), 'utf8'));
    expect(details.source).toMatchObject({ system: 'lm-eval', version: '0.4.13', model: 'tiny', tasks: [task] });
    expect(details.protocol.label).toBe(`lm-eval 0.4.13: ${task}`);
  });

  /** lm-eval's tasks of MATH keep only some fields of a document. */
  function findKey(doc: unknown): string {
    return `m${/Exercise (\d+):/.exec((doc as { readonly problem: string }).problem)?.[1]}`;
  }

  test('of lm-eval, repeats are epochs, and its score belongs to the first of them', async () => {
    await run(['score', './own-gsm8k.mjs', '--replies', findLmEvalSamples('own_gsm8k_twice'), '--out', 'twice']);
    expect(readLines(folder.join('twice', 'journal.jsonl'))).toHaveLength(2 * wordProblems.length);
    const labelled = readLines(folder.join('twice', 'scores', 'source-label.jsonl'));
    expect(labelled.map(({ epoch }) => epoch)).toEqual(wordProblems.map(() => 0));
  });

  test('a folder of lm-eval with another benchmark in it is told, and the rest is taken on request', async () => {
    const args = ['score', './own-gsm8k.mjs', '--replies', 'lm-eval', '--out', 'mixed'];
    const refused = await runCli(args, { cwd: folder.path });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /samples answer no problem that can be told: .*another sample answers 'w0' already/s,
    );
  });

  test.each(['eval', 'json'])('of inspect, a log as .%s gives every reply, epoch, error and score', async (form) => {
    const path = findInspectLog(form);
    await run(['score', './own-gsm8k.mjs', '--replies', path, '--graders', 'ours', '--out', `inspect-${form}`]);
    const read = JSON.parse(readFileSync(folder.join('inspect', 'read.json'), 'utf8')) as readonly InspectSample[];
    expect(read).toHaveLength(2 * wordProblems.length);
    const name = ({ id, epoch }: InspectSample): string => `w${Number(id) - 1} ${epoch - 1}`;
    const journal = new Map(
      readLines(folder.join(`inspect-${form}`, 'journal.jsonl')).map((line) => [`${line.id} ${line.epoch}`, line]),
    );
    expect(
      read.map((sample) => [journal.get(name(sample))?.reply, journal.get(name(sample))?.error !== undefined]),
    ).toEqual(read.map(({ reply, error }) => [reply, error]));
    expect(read.filter(({ error }) => error)).toHaveLength(2);
    for (const scorer of ['match', 'includes', 'pattern']) {
      const correct = read
        .filter(({ scores }) => scores[scorer] === 'C')
        .map(name)
        .sort();
      expect(correct.length).toBeGreaterThan(1);
      expect({ scorer, correct: listCorrect(`inspect-${form}`, `source-label.${scorer}`) }).toEqual({
        scorer,
        correct,
      });
    }
    const { details } = JSON.parse(readFileSync(folder.join(`inspect-${form}`, 'run.json'), 'utf8'));
    expect(details.source).toMatchObject({
      system: 'inspect',
      version: expect.stringMatching(/^0\.3\./),
      settings: { epochs: 2, model_generate_config: { temperature: 0.5, max_tokens: 64 } },
    });
  });

  function findInspectLog(form: string): string {
    const name = readdirSync(folder.join('inspect')).find((one) => one.endsWith(`.${form}`) && one !== 'read.json');
    return folder.join('inspect', name ?? `nothing as ${form}`);
  }

  test('a run of a log is exported, and its JUnit file is valid by the schema', async () => {
    await run(['score', './own-gsm8k.mjs', '--replies', findInspectLog('eval'), '--out', 'exported']);
    await run([
      'export',
      'exported',
      '--as',
      'junit',
      '--out',
      'report.xml',
      '--with-texts',
      '--benchmark',
      './own-gsm8k.mjs',
    ]);
    const schema = new URL('./support/foreign/junit.xsd', import.meta.url).pathname;
    const validate = `from lxml import etree as e; e.XMLSchema(file="${schema}").assertValid(e.parse("report.xml"))`;
    await runPython(['-c', validate]);
    await run(['export', 'exported', '--as', 'parquet', '--out', 'rows.parquet']);
    const read = 'import pyarrow.parquet as p, json; print(json.dumps(p.read_table("rows.parquet").to_pylist()))';
    const rows = JSON.parse(await runPython(['-c', read])) as readonly Record<string, unknown>[];
    const { stdout } = await run(['export', 'exported', '--as', 'csv', '--out', '-']);
    expect(stdout.trim().split('\r\n')).toHaveLength(rows.length + 1);
    const count = (grader: string): number => rows.filter((row) => row.grader === grader && row.score === 1).length;
    expect(count('source-label.pattern')).toBe(listCorrect('exported', 'source-label.pattern').length);
    expect(rows.filter(({ outcome }) => outcome === 'error')).toHaveLength(2);
  });

  test('a log stands for a run in a comparison, paired by our ids', async () => {
    const out = 'compared';
    await run(['score', './own-gsm8k.mjs', '--replies', findLmEvalSamples('own_gsm8k'), '--out', out]);
    const flags = ['--benchmark', './own-gsm8k.mjs', '--grader', 'source-label', '--allow-other-protocols', '--json'];
    const { stdout } = await run(['compare', out, findInspectLog('eval'), ...flags]);
    const comparison = JSON.parse(stdout);
    expect(comparison).toMatchObject({
      problems: wordProblems.length,
      unpaired: 0,
      a: { correct: listCorrect(out, 'source-label').length },
    });
    expect(comparison.b).toMatchObject({ samples: 2 * wordProblems.length, outcomes: { error: 2 } });
    expect(comparison.notes.join('\n')).toContain('B is a log of inspect');
    const unfair = await runCli(['compare', out, findInspectLog('eval'), ...flags.slice(0, 4)], { cwd: folder.path });
    expect([unfair.code, unfair.stderr]).toEqual([2, expect.stringContaining('The protocols differ')]);
  });
});

interface InspectSample {
  readonly id: number;
  readonly epoch: number;
  readonly reply: string;
  readonly error: boolean;
  readonly scores: Readonly<Record<string, string>>;
}

test.skipIf(python !== undefined)('logs of real evaluation systems', ({ skip }) => {
  skip('needs SCALEQUEST_FOREIGN_PYTHON, a Python with lm-eval[api,math] 0.4.13 and inspect_ai; npm test sets one up');
});
