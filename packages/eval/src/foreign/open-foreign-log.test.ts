import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import type { Problem } from '@scalequest/datasets';
import type { RecordedReply } from '@scalequest/datasets/replies';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nameSourceLabel } from '../pipeline/source-label.ts';
import type { ForeignLog, ForeignSample } from './foreign-log.ts';
import { describeUnmapped, mapLog, readLabel } from './map-log.ts';
import { openForeignLog } from './open-foreign-log.ts';
import { readLogReplies } from './read-log-replies.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const problems: readonly Problem[] = ['one', 'two', 'three'].map((word, i) => ({
  id: String(i),
  problem: `How much is ${word} and ${word}?`,
  reference: String(2 * (i + 1)),
  meta: {},
}));

function makeInspectSample(i: number, more: object = {}): object {
  return {
    id: i + 1,
    epoch: 1,
    input: problems[i]?.problem ?? 'What else?',
    target: '2',
    output: {
      completion: `It is ${i}.`,
      choices: [{ message: { role: 'assistant', content: '' }, stop_reason: 'max_tokens' }],
    },
    scores: { match: { value: 'C' } },
    ...more,
  };
}

const header = { version: 2, status: 'success', eval: { task: 'sums', model: 'm', packages: { inspect_ai: '0.3.1' } } };

type Method = 'stored' | 'deflate';

/** A zip with these members, as PKWARE's APPNOTE lays it out. */
function makeZip(members: Readonly<Record<string, string>>, method: Method): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const plain = Buffer.from(text);
    const packed = method === 'stored' ? plain : deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method === 'stored' ? 0 : 8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, index, end]);
}

async function openAt(path: string): Promise<ForeignLog> {
  const log = await openForeignLog(path);
  if (log === undefined) throw new Error(`${path} is no log`);
  return log;
}

/** The samples with their judgements as plain objects. */
async function readAll(path: string): Promise<readonly object[]> {
  const samples: ForeignSample[] = [];
  for await (const sample of (await openAt(path)).readSamples()) samples.push(sample);
  return samples.map(({ judgement: { verdicts, unclear }, ...sample }) => ({
    ...sample,
    verdicts: Object.fromEntries(verdicts),
    unclear: [...unclear],
  }));
}

test.each(['stored', 'deflate'] as const)('a zip of inspect with %s members is read', async (method) => {
  const members = {
    'header.json': JSON.stringify(header),
    'samples/1_epoch_1.json': JSON.stringify(makeInspectSample(0)),
  };
  writeFileSync(folder.join('log.bin'), makeZip(members, method));
  expect(await openForeignLog(folder.join('log.bin'))).toMatchObject({
    system: 'inspect',
    version: '0.3.1',
    isComplete: true,
  });
  expect(await readAll(folder.join('log.bin'))).toMatchObject([
    { epoch: 0, reply: 'It is 0.', finishReason: 'length', verdicts: { match: 'correct' } },
  ]);
});

test('a zip of a killed run has its head in the journal, and is not complete', async () => {
  const members = { '_journal/start.json': JSON.stringify({ version: 2, eval: header.eval }) };
  writeFileSync(folder.join('log.eval'), makeZip(members, 'deflate'));
  expect(await openForeignLog(folder.join('log.eval'))).toMatchObject({ isComplete: false, model: 'm' });
});

test('a zip that is cut short or is no log is an error, not an empty log', async () => {
  const whole = makeZip({ 'header.json': JSON.stringify(header) }, 'stored');
  writeFileSync(folder.join('cut.eval'), whole.subarray(0, whole.length - 10));
  await expect(openForeignLog(folder.join('cut.eval'))).rejects.toMatchObject({ code: 'FOREIGN_LOG_UNREADABLE' });
  writeFileSync(folder.join('other.zip'), makeZip({ 'a.txt': 'a' }, 'stored'));
  await expect(openForeignLog(folder.join('other.zip'))).rejects.toThrow('It is a zip without header.json.');
});

test('a zip that is hostile or damaged is told with its member', async () => {
  const sample = JSON.stringify(makeInspectSample(0));
  const whole = makeZip({ 'header.json': JSON.stringify(header), 'samples/1_epoch_1.json': sample }, 'stored');
  const write = (name: string, change: (bytes: Buffer) => Buffer): string => {
    writeFileSync(folder.join(name), change(Buffer.from(whole)));
    return folder.join(name);
  };
  const flipped = write('flipped.eval', (bytes) => {
    bytes[bytes.indexOf('It is 0.') + 6] = 0x31;
    return bytes;
  });
  await expect(readAll(flipped)).rejects.toThrow('Member samples/1_epoch_1.json is damaged: its checksum is another.');
  const encrypted = folder.join('encrypted.eval');
  const bytes = makeZip({ 'header.json': JSON.stringify(header) }, 'deflate');
  for (const at of [6, bytes.indexOf('PK\x01\x02') + 8]) bytes[at] = 1;
  writeFileSync(encrypted, bytes);
  await expect(openForeignLog(encrypted)).rejects.toThrow('Member header.json is encrypted.');
  // The directory names the same bytes again and again.
  const overlapping = write('overlapping.eval', (bytes) => {
    const [start, end] = [bytes.indexOf('PK\x01\x02'), bytes.lastIndexOf('PK\x05\x06')];
    const directory = Buffer.concat(Array.from({ length: 50 }, () => bytes.subarray(start, end)));
    const tail = Buffer.from(bytes.subarray(end));
    tail.writeUInt16LE(100, 8);
    tail.writeUInt16LE(100, 10);
    tail.writeUInt32LE(directory.length, 12);
    return Buffer.concat([bytes.subarray(0, start), directory, tail]);
  });
  await expect(openForeignLog(overlapping)).rejects.toThrow('Its members overlap');
  const outside = makeZip({ 'header.json': '{}', '../../outside.json': '{}' }, 'deflate');
  writeFileSync(folder.join('outside.eval'), outside);
  await expect(openForeignLog(folder.join('outside.eval'))).rejects.toThrow('invalid relative path');
});

test('a sample of inspect that met a limit, was stopped or was marked as not valid is no wrong answer', async () => {
  const scores = { match: { value: 'I' } };
  const samples = [
    makeInspectSample(0, { scores, limit: { type: 'token', limit: 9 }, output: { completion: 'It' } }),
    makeInspectSample(1, { scores, limit: { type: 'operator', limit: 1 } }),
    makeInspectSample(2, { scores, invalidation: { author: 'me', reason: 'It saw the answer.' } }),
  ];
  writeFileSync(folder.join('log.json'), JSON.stringify({ ...header, samples }));
  const mapped = await mapLog(await openAt(folder.join('log.json')), problems);
  expect(mapped.samples.map((sample) => readLabel(sample, 'match'))).toEqual(['truncated', 'error', 'error']);
  expect(await readAll(folder.join('log.json'))).toMatchObject([
    { reply: 'It', finishReason: 'length' },
    { reply: '', error: { message: 'A person stopped the sample.' } },
    { reply: '', error: { code: 'SOURCE_INVALID', message: 'It saw the answer.' } },
  ]);
});

test("the tokens of a sample are the tested model's of all its calls, with those that came from a cache", async () => {
  const tokens = { input_tokens: 5, output_tokens: 2, input_tokens_cache_read: 100 };
  const samples = [
    makeInspectSample(0, { model_usage: { m: tokens, grader: { input_tokens: 9, output_tokens: 9 } } }),
    makeInspectSample(1, { output: { completion: '1', usage: { input_tokens: 1, output_tokens: 3 }, time: 0.25 } }),
    makeInspectSample(2, { model_usage: { m: { input_tokens: -1, output_tokens: 'many' } } }),
  ];
  writeFileSync(folder.join('log.json'), JSON.stringify({ ...header, samples }));
  const read = (await readAll(folder.join('log.json'))) as readonly ForeignSample[];
  expect(read.map(({ usage, latencyMs }) => [usage, latencyMs])).toEqual([
    [{ promptTokens: 105, completionTokens: 2 }, undefined],
    [{ promptTokens: 1, completionTokens: 3 }, 250],
    [undefined, undefined],
  ]);
});

test('scores that are no right or wrong, numbers that Python writes and attachments are read as they are meant', async () => {
  const hash = 'a'.repeat(32);
  const samples = [
    makeInspectSample(0, { scores: { match: { value: 'P' }, rates: { value: { exact: 1, close: 0.5 } } } }),
    makeInspectSample(1, {
      scores: { match: { value: 'N' } },
      output: { completion: `attachment://${hash}` },
      attachments: { [hash]: 'long' },
    }),
    makeInspectSample(2, { error: { message: 'It broke.' }, scores: {} }),
  ];
  const text = JSON.stringify({ ...header, results: { mean: 'NOT' }, samples }).replace('"NOT"', 'NaN');
  writeFileSync(
    folder.join('log.json'),
    text.replace('"completion":"It is 0."', '"completion":"NaN in text","time":NaN'),
  );
  expect(await readAll(folder.join('log.json'))).toMatchObject([
    { reply: 'NaN in text', verdicts: { 'rates.exact': 'correct' }, unclear: ['match', 'rates.close'] },
    { reply: 'long', verdicts: { match: 'no-answer' } },
    { reply: '', error: { code: 'SOURCE_ERROR', message: 'It broke.' } },
  ]);
});

function makeLmEvalRow(i: number, more: object = {}): object {
  return {
    doc_id: i,
    doc: { question: problems[i]?.problem ?? 'What else?', answer: '#### 2' },
    target: '#### 2',
    resps: [['#### 2']],
    filtered_resps: ['2'],
    filter: 'strict-match',
    metrics: ['exact_match'],
    exact_match: 1,
    ...more,
  };
}

function writeLines(name: string, records: readonly object[]): string {
  writeFileSync(folder.join(name), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return folder.join(name);
}

test('what cannot be mapped is counted with its place and its reason, and the rest goes on', async () => {
  const path = writeLines('samples.jsonl', [
    makeLmEvalRow(0),
    makeLmEvalRow(7),
    makeLmEvalRow(1),
    makeLmEvalRow(8, { doc: {} }),
  ]);
  const mapped = await mapLog(await openAt(path), problems);
  expect(mapped).toMatchObject({
    samples: [{ id: '0' }, { id: '1' }],
    graders: ['exact_match,strict-match'],
    unmapped: {
      count: 2,
      first: [
        'line 2 of samples.jsonl: no problem has its question',
        'line 4 of samples.jsonl: it has no id and no question that is known',
      ],
    },
  });
});

test('a score that lm-eval makes of several replies together is the label of none of them', async () => {
  const path = writeLines('samples_sums_2026-01-01T00-00-00.000000.jsonl', [
    makeLmEvalRow(0, { resps: [['#### 2', '#### 3']], filter: 'maj' }),
  ]);
  const steps = ['regex', 'majority_vote', 'take_first'].map((name) => ({ function: name }));
  const results = {
    results: {},
    configs: { sums: { filter_list: [{ name: 'maj', filter: steps }] } },
    lm_eval_version: '0.4.13',
  };
  writeFileSync(folder.join('results_2026-01-01T00-00-00.000000.json'), JSON.stringify(results, null, 2));
  expect(await readAll(path)).toMatchObject([
    { epoch: 0, verdicts: {}, unclear: ['exact_match,maj'] },
    { epoch: 1, reply: '#### 3', verdicts: {} },
  ]);
  expect(await readAll(folder.join('results_2026-01-01T00-00-00.000000.json'))).toHaveLength(2);
});

test('rows that do not say their filter, as before lm-eval 0.4.7, have the filters of their task in order', async () => {
  const old = [0, 1].map((score) =>
    [0, 1].map((i) => makeLmEvalRow(i, { filter: undefined, metrics: undefined, doc_hash: 'a', exact_match: score })),
  );
  const named = writeLines('samples_sums_2026-01-01T00-00-00.jsonl', old.flat());
  const filters = ['strict-match', 'flexible-extract'].map((name) => ({ name, filter: [{ function: 'take_first' }] }));
  // --output_path NAME.json gives the results its own name.
  const results = { results: {}, configs: { sums: { filter_list: filters } }, lm_eval_version: '0.4.4' };
  writeFileSync(folder.join('mine_2026-01-01T00-00-00.json'), JSON.stringify(results));
  const log = await openAt(named);
  expect(log.version).toBe('0.4.4');
  const mapped = await mapLog(log, problems);
  expect(mapped.graders).toEqual(['exact_match,strict-match', 'exact_match,flexible-extract']);
  expect(mapped.samples.map((sample) => mapped.graders.map((grader) => readLabel(sample, grader)))).toEqual([
    ['wrong', 'correct'],
    ['wrong', 'correct'],
  ]);
});

test('a log is read once to map it and once for its replies, which then have the verdicts of every filter', async () => {
  const rows = ['strict-match', 'flexible-extract'].flatMap((filter) =>
    [0, 1].map((i) => makeLmEvalRow(i, { filter, exact_match: filter === 'strict-match' ? 0 : Number.NaN })),
  );
  const path = writeLines('samples.jsonl', rows);
  // Python writes NaN where JSON.stringify has null.
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"exact_match":null', '"exact_match":NaN'));
  const log = await openAt(path);
  let readings = 0;
  const counted = {
    ...log,
    readSamples: () => {
      readings++;
      return log.readSamples();
    },
  };
  const mapped = await mapLog(counted, problems);
  const replies: RecordedReply[] = [];
  for await (const reply of readLogReplies(mapped)) replies.push(reply);
  expect(readings).toBe(2);
  expect(mapped.unclear).toEqual({ 'exact_match,flexible-extract': 2 });
  expect(replies[0]).toMatchObject({
    label: false,
    labels: { 'source-label': 'wrong', 'source-label.exact_match,strict-match': 'wrong' },
  });
});

test('a task that compares likelihoods has no replies, and says so', async () => {
  const path = writeLines('samples.jsonl', [makeLmEvalRow(0, { resps: [[[-1.5, true]], [[-2.5, false]]] })]);
  await expect(readAll(path)).rejects.toThrow(/compares likelihoods of given texts.*generate_until/s);
});

test('a folder of several runs is refused, and files of ours are no logs', async () => {
  mkdirSync(folder.join('runs'));
  for (const hour of ['10', '11'])
    writeLines(`runs/samples_sums_2026-01-01T${hour}-00-00.000000.jsonl`, [makeLmEvalRow(0)]);
  await expect(openForeignLog(folder.join('runs'))).rejects.toThrow('It holds several runs');
  expect(await openForeignLog(writeLines('ours.jsonl', [{ id: '0', reply: '2' }]))).toBeUndefined();
  expect(await openForeignLog(folder.join('nothing'))).toBeUndefined();
});

test('a log whose text is cut in the middle of a sample is an error', async () => {
  const text = JSON.stringify({ ...header, samples: [makeInspectSample(0), makeInspectSample(1)] });
  writeFileSync(folder.join('log.json'), text.slice(0, -60));
  await expect(readAll(folder.join('log.json'))).rejects.toThrow('It ends too early.');
});

test('a log without samples says so', async () => {
  writeFileSync(folder.join('none.json'), JSON.stringify({ ...header, samples: [] }));
  const none = await mapLog(await openAt(folder.join('none.json')), problems);
  expect(describeUnmapped(none)).toBe('It holds no samples.');
});

test('no two graders of a source share a file of scores, whatever they are called', () => {
  const names = ['a b', 'a-b', '../a', 'x'.repeat(300), 'x'.repeat(301), 'exact_match,strict-match'].map(
    nameSourceLabel,
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names.at(-1)).toBe('source-label.exact_match,strict-match');
  for (const name of names) expect(name).toMatch(/^[^/]{1,150}$/);
});
