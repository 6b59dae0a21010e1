import { readFileSync, writeFileSync } from 'node:fs';
import { loadBenchmark } from '@scalequest/datasets';
import type { SampleExplanation, Summary } from '@scalequest/eval';
import { makeTemporaryFolder, startModelServer, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** Five recorded replies: three right, one wrong, one without an answer. */
async function scoreFive(): Promise<readonly string[]> {
  const { problems } = await loadBenchmark('math-embedded', { cacheDir: '/nonexistent' });
  const five = problems.slice(0, 5);
  const reply = (reference: string, index: number): string =>
    index < 3
      ? `Step by step, it is \\boxed{${reference}}.`
      : index === 3
        ? 'It is \\boxed{-987654}.'
        : 'I do not know.';
  const lines = five.map(({ id, reference }, index) => JSON.stringify({ id, reply: reply(reference, index) }));
  writeFileSync(folder.join('replies.jsonl'), `${lines.join('\n')}\n`);
  const args = ['score', 'math-embedded', '--replies', folder.join('replies.jsonl'), '--out', folder.join('run')];
  expect(await runCli(args)).toMatchObject({ code: 0 });
  return five.map(({ id }) => id);
}

describe('scalequest score RUN', () => {
  test('judges a run again without a model, and says so', async () => {
    await scoreFive();
    const scores = folder.join('run', 'scores', 'ours@3.jsonl');
    const before = readFileSync(scores, 'utf8').split('\n').length;
    // As if an older version had judged it: what is there is replaced, not added to.
    writeFileSync(scores, readFileSync(scores, 'utf8').replaceAll('"correct"', '"wrong"'));
    const { code, stdout, stderr } = await runCli(['score', folder.join('run'), '--json']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/5 replies judged in/);
    const { summary } = JSON.parse(stdout) as { readonly summary: Summary };
    expect(summary.outcomes).toMatchObject({ correct: 3, wrong: 1, 'no-answer': 1 });
    expect(readFileSync(scores, 'utf8').split('\n')).toHaveLength(before);
    expect(JSON.parse(readFileSync(folder.join('run', 'summary.json'), 'utf8'))).toEqual(summary);
  });

  test('judges a run that asked a model, and leaves its tokens and time as they are', async () => {
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const args = ['eval', 'math-embedded', '--limit', '10', '--model', 'm', '--base-url', server.baseUrl];
    const prices = ['--price-in', '1', '--price-out', '2'];
    const asked = await runCli([...args, '--out', folder.join('run'), ...prices, '--no-doctor', '--json']);
    const { summary } = JSON.parse(asked.stdout) as { readonly summary: Summary };
    expect(summary.cost?.total).toBeGreaterThan(0);
    const again = await runCli(['score', folder.join('run'), '--json']);
    expect((JSON.parse(again.stdout) as { readonly summary: Summary }).summary).toEqual(summary);
    expect(server.getStatistics().requests).toBe(10);
  });

  test.each([
    [['score', 'math-embedded'], "Which replies to 'math-embedded' to judge is not said."],
    [['score', 'nowhere'], "'nowhere' is no run folder."],
    [['score', 'RUN', '--model', 'm'], '--model cannot act on a run that is there.'],
    [['score', 'RUN', '--protocol', 'dart@1'], '--protocol cannot act on a run that is there.'],
    [['score', 'RUN', '--top-p', '0.9'], '--top-p cannot act on a run that is there.'],
    [
      ['score', 'math-embedded', '--replies', 'REPLIES', '--temperature', '0.7', '--max-tokens', '9'],
      '--temperature, --max-tokens are given without --protocol.',
    ],
    [['score', 'RUN', '--graders', 'ours,nobody'], "Grader 'nobody' is not known."],
    [['score', 'RUN', '--graders', ','], 'No grader is named.'],
    [
      ['score', 'math-embedded', '--replies', 'replies.jsonl', '--benchmark', './mine.mjs'],
      '--benchmark goes with a run folder only.',
    ],
  ])('refuses %j', async (args, message) => {
    await scoreFive();
    const paths: Readonly<Record<string, string>> = {
      RUN: folder.join('run'),
      REPLIES: folder.join('replies.jsonl'),
    };
    const { code, stderr } = await runCli(args.map((arg) => paths[arg] ?? arg));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('scalequest explain', () => {
  test('says what was extracted, by which rule, and what decided', async () => {
    const [first] = await scoreFive();
    const { code, stdout } = await runCli(['explain', folder.join('run'), first as string]);
    expect(code).toBe(0);
    expect(stdout).toContain('found by: boxed');
    expect(stdout).toContain('Step by step, it is \\boxed{>>>');
    expect(stdout).toMatch(/verdict: equal, by the rule identical-text/);
    expect(stdout).toContain('proof: identical');
  });

  test('says that no answer was taken where none was', async () => {
    const ids = await scoreFive();
    const { stdout } = await runCli(['explain', folder.join('run'), ids[4] as string]);
    expect(stdout).toContain('ours@3: no-answer');
    expect(stdout).toContain('took no answer from the reply');
  });

  test('gives all of it to programs', async () => {
    const ids = await scoreFive();
    const { stdout } = await runCli(['explain', folder.join('run'), ids[3] as string, '--json']);
    const { views, references } = JSON.parse(stdout) as SampleExplanation;
    expect(references).toHaveLength(1);
    expect(views).toMatchObject([{ grader: 'ours@3', score: { outcome: 'wrong', answer: '-987654' } }]);
  });

  test('of a sample that is not there is a wrong request', async () => {
    const [first] = await scoreFive();
    const missing = await runCli(['explain', folder.join('run'), first as string, '--epoch', '3']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('It has epoch 0.') });
    const unknown = await runCli(['explain', folder.join('run'), 'nothing']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("has no problem 'nothing'") });
  });
});

describe('a budget', () => {
  test('that is reached ends the run with exit code 1 and a line, and a raised one goes on', async () => {
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const args = ['eval', 'math-embedded', '--limit', '30', '--model', 'm', '--base-url', server.baseUrl];
    const command = [...args, '--out', folder.join('run'), '--concurrency', '2'];
    const stopped = await runCli([...command, '--price-in', '1', '--price-out', '1', '--max-cost', '0.0003']);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/Stopped at the budget: .* is spent\. Raise it and run the same command again/);
    expect(stopped.stdout).toMatch(/cost 0\.000\d+, at 1 and 1 for a million tokens/);
    const asked = server.getStatistics().requests;
    expect(asked).toBeLessThan(30);
    expect(await runCli([...command, '--max-total-tokens', '1000000'])).toMatchObject({ code: 0 });
    expect(server.getStatistics().requests).toBe(30);
  });

  test('takes its prices from the configuration file too', async () => {
    writeFileSync(folder.join('prices.json'), JSON.stringify({ prices: { m: { in: 1e6, out: 1e6 } } }));
    await using server = await startModelServer({ reply: () => '\\boxed{1}' });
    const args = ['eval', 'math-embedded', '--limit', '5', '--model', 'm', '--base-url', server.baseUrl];
    const command = [...args, '--config', folder.join('prices.json'), '--out', folder.join('run'), '--json'];
    const { summary } = JSON.parse((await runCli(command)).stdout) as { readonly summary: Summary };
    const { prompt = 0, completion = 0 } = summary.tokens ?? {};
    expect(summary.cost).toEqual({ total: prompt + completion, priceIn: 1e6, priceOut: 1e6 });
  });

  test.each([
    [['--max-cost', '1'], "Option '--max-cost' needs prices."],
    [['--price-in', '1'], "Option '--price-in' is given alone."],
    [['--max-total-tokens', '0'], "Option '--max-total-tokens' is 0"],
  ])('refuses %j', async (flags, message) => {
    const args = ['eval', 'math-embedded', '--model', 'm', '--base-url', 'http://127.0.0.1:9/v1'];
    const { code, stderr } = await runCli([...args, ...flags], { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});
