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
        if (text.includes('GRADE: ')) return `It is like this. GRADE: ${'CIP'[Number(index) % 3]}`;
        if (text.includes('ANSWER: ')) return `ANSWER: ${'BA'[Number(index) % 2]}`;
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
      expect({ theirs, correct: listCorrect(task, `source-label.${theirs}`) }).toEqual({ theirs, correct });
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

  test('a folder of lm-eval with another benchmark in it is refused, with the first samples that do not fit', async () => {
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
    await run(['compare', 'exported', 'exported', '--as', 'junit', '--out', 'comparison.xml']);
    const validate = `from lxml import etree as e; s = e.XMLSchema(file="${schema}"); [s.assertValid(e.parse(f)) for f in ("report.xml", "comparison.xml")]`;
    await runPython(['-c', validate]);
    await run(['export', 'exported', '--as', 'parquet', '--out', 'rows.parquet']);
    const read = 'import pyarrow.parquet as p, json; print(json.dumps(p.read_table("rows.parquet").to_pylist()))';
    const rows = JSON.parse(await runPython(['-c', read])) as readonly Record<string, unknown>[];
    const { stdout } = await run(['export', 'exported', '--as', 'csv', '--out', '-']);
    expect(stdout.trim().split('\r\n')).toHaveLength(rows.length + 1);
    const count = (grader: string): number => rows.filter((row) => row.grader === grader && row.score === 1).length;
    expect(count('source-label.pattern')).toBe(listCorrect('exported', 'source-label.pattern').length);
    const failed = rows.filter(({ outcome }) => outcome === 'error').map(({ grader }) => grader);
    expect(failed.filter((grader) => grader === 'ours@3')).toHaveLength(2);
    expect(failed.filter((grader) => grader === 'source-label.pattern')).toHaveLength(2);
  });

  test('of inspect, scores of every kind are labels where they say right or wrong, and a limit is no wrong answer', async () => {
    const read = JSON.parse(readFileSync(folder.join('inspect', 'read-own_scorers.json'), 'utf8')) as InspectSample[];
    const path = readFileSync(folder.join('inspect', 'read-own_scorers.path'), 'utf8');
    const { stderr } = await run(['score', './own-gsm8k.mjs', '--replies', path, '--out', 'scorers']);
    const name = ({ id }: InspectSample): string => `w${id - 1} 0`;
    const pick = (value: (sample: InspectSample) => unknown): string[] =>
      read.filter((sample) => value(sample)).map(name);
    const rates = ({ scores }: InspectSample) => scores.rates as unknown as Readonly<Record<string, unknown>>;
    const expected: Readonly<Record<string, string[]>> = {
      match: pick(({ scores }) => scores.match === 'C'),
      math: pick(({ scores }) => scores.math === 'C'),
      model_graded_qa: pick(({ scores }) => scores.model_graded_qa === 'C'),
      'rates.near': pick((sample) => rates(sample).near === 1),
      'rates.said': pick((sample) => rates(sample).said === true),
      spelled: pick(({ scores }) => scores.spelled === 'yes'),
    };
    for (const [scorer, correct] of Object.entries(expected)) {
      expect(correct.length).toBeGreaterThan(1);
      expect({ scorer, correct: listCorrect('scorers', `source-label.${scorer}`) }).toEqual({ scorer, correct });
    }
    // Sample 3 met its limit before it had a reply; 3 and 6 were graded P.
    const partial = pick(({ scores }) => scores.model_graded_qa === 'P');
    expect(stderr).toContain(`No label of model_graded_qa for ${partial.length} samples`);
    const graded = readLines(folder.join('scorers', 'scores', 'source-label.model_graded_qa.jsonl'));
    expect(graded).toHaveLength(read.length - partial.length);
    for (const label of ['source-label.match', 'source-label.math', 'ours@3']) {
      const lines = readLines(folder.join('scorers', 'scores', `${label}.jsonl`));
      expect(lines.find(({ id }) => id === 'w2')).toMatchObject({ outcome: 'truncated' });
    }
    const journal = readLines(folder.join('scorers', 'journal.jsonl'));
    const usages = new Map(journal.map(({ id, usage }) => [`${id} 0`, usage]));
    for (const sample of read) {
      const [promptTokens, completionTokens] = sample.tokens ?? [];
      expect(usages.get(name(sample))).toEqual(sample.tokens === null ? undefined : { promptTokens, completionTokens });
    }
    expect(journal.filter(({ latencyMs }) => Number(latencyMs) >= 0)).toHaveLength(read.length - 1);
  });

  test('two logs are compared by a grader of ours that judges them now, or by their own scores', async () => {
    const [path, choices] = ['own_scorers', 'own_choices'].map((task) =>
      readFileSync(folder.join('inspect', `read-${task}.path`), 'utf8'),
    ) as [string, string];
    const flags = ['--benchmark', './own-gsm8k.mjs', '--allow-other-protocols', '--json'];
    const { stdout } = await run(['compare', findLmEvalSamples('own_gsm8k'), path, ...flags]);
    const comparison = JSON.parse(stdout);
    expect(comparison).toMatchObject({ benchmark: 'own-gsm8k', grader: 'ours@3', problems: 8, unpaired: 4 });
    expect(comparison.b.outcomes).toMatchObject({ truncated: 1, error: 0 });
    expect(comparison.notes.join('\n')).toContain('B is a log of inspect');
    await run(['score', './own-gsm8k.mjs', '--replies', path, '--graders', 'ours', '--out', 'judged']);
    expect(comparison.b.correct).toBe(listCorrect('judged', 'ours').length);
    // The run that score made of a log, and the log: nothing differs.
    const same = JSON.parse(
      (await run(['compare', 'judged', path, '--benchmark', './own-gsm8k.mjs', '--json'])).stdout,
    );
    expect(same).toMatchObject({ grader: 'ours@3', problems: 8, gained: 0, lost: 0 });
    const other = ['compare', path, choices, '--grader', 'source-label.match', ...flags];
    const refused = await runCli(other, { cwd: folder.path });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/no scores of the grader source-label.match.*judged it by: source-label.choice/s),
    ]);
  });

  test('two models are compared over benchmarks that their logs are found to be of', async () => {
    const benchmarks = './own-gsm8k.mjs,./own-math.mjs';
    const lmEval = ['own_gsm8k', 'own_minerva'].map(findLmEvalSamples);
    const { stdout } = await run(
      ['compare', '--a', ...lmEval, '--b', findLmEvalSamples('own_hendrycks'), findInspectLog('eval')].concat([
        ...['--benchmark', benchmarks, '--allow-other-protocols', '--json'],
      ]),
    );
    const { benchmarks: compared } = JSON.parse(stdout);
    expect(compared).toMatchObject([
      { benchmark: 'own-gsm8k', grader: 'ours@3', problems: wordProblems.length },
      { benchmark: 'own-math', grader: 'ours@3', problems: mathProblems.length, a: { folder: lmEval[1] } },
    ]);
    expect(compared[0].notes.join('\n')).toContain('A has 1 and B 2 epochs');
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
  readonly tokens: readonly [number, number] | null;
  readonly scores: Readonly<Record<string, string>>;
}

test.skipIf(python !== undefined)('logs of real evaluation systems', ({ skip }) => {
  skip('needs SCALEQUEST_FOREIGN_PYTHON, a Python with lm-eval[api,math] 0.4.13 and inspect_ai; npm test sets one up');
});
