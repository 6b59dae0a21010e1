import { expect, test } from 'vitest';
import { findProtocol, findProtocolVariant, protocols } from './find-protocol.ts';
import { findTemplate, templates } from './find-template.ts';
import { listProtocols } from './list-protocols.ts';
import { parseProtocol, parseTemplate } from './parse-protocol.ts';
import { getShots, type Protocol, protocolSchema, resolveProtocol } from './protocol.ts';
import { scalequest1 } from './scalequest-1.ts';
import { identifyShots } from './shots/shots.ts';

test('every protocol that ships is valid data under its own label', () => {
  for (const [label, protocol] of protocols) {
    expect(protocolSchema.parse(structuredClone(protocol))).toEqual(protocol);
    expect(label).toBe(`${protocol.name}@${protocol.version}`);
  }
});

test('a released protocol never changes', () => {
  // A new hash here means that old and new results must not be compared: make a new version instead.
  expect(Object.fromEntries(listProtocols().map(({ label, sha256 }) => [label, sha256]))).toMatchInlineSnapshot(`
    {
      "dart@1": "eb182d6d74cd63417d44aed12d822ae7d575f9912f8cc737d7a9c629e2a51a17",
      "dart@1:olympiadbench": "16b8da405714eee78db89aee4f6464a1550698619e8934787cf03677042a0edb",
      "evalplus@1": "a76409377696f5dc7510687f108d65d3a0d66aff04fb3579c87fb921496bbf62",
      "evalplus@1:openai": "98b7ca9a6279efc3dfbbe1c0fccd83c96bab8b729a6c7a5bacda1d1a72322c16",
      "lm-eval@1": "8424036a462df6f530ab935babaa3456eed035463052195c6779d748fb0543ae",
      "lm-eval@1:hendrycks_math": "76cc94b767c4035a8389c223237a64062239fb034a635efad7d3878ba2d2e861",
      "lm-eval@1:humaneval": "e9dea3f3463e691425ea062faa1d10894981575e357fade0a072ca0ceaf10c6f",
      "lm-eval@1:humaneval_instruct": "b95242b8f8746fbed5d2bfe67ea7fa6306dcc3009d9516b85e22d1b427bdb013",
      "lm-eval@1:mbpp": "1dbab0e3cbfb0302ac72b0065aa8f1a16b7de138f3238fbff28fbb706c27ed67",
      "lm-eval@1:mbpp_instruct": "a6ae76fb370527a1ca9d8848b85bec4bc7eadd23f1bcbcd2af4b7f04dcd5071b",
      "lm-eval@1:mbpp_plus": "25ada8bf24e71fd5c911daa3d461957c51f4cb317ad4cf9852bb3b064df38361",
      "lm-eval@1:minerva_math": "bfb70557f5728ad014a78c94868559a66c05cfa2fa59e1191aa594b22ac3f5d4",
      "qwen25-coder-evalplus@1": "ad3a17a8598774afe89b66e6609b19257d4bdfe500b913bf64493925ca07dabb",
      "qwen25@1": "8666f0e82cd5de04cb723986c95003f4072a3ac01e029df7fa19b94b4325e833",
      "scalequest@1": "74d1842000ebbfef2d0b06cc0faccf6b56b512559fcd8103e41abf109b0b8cc7",
      "scalequest@1:humaneval": "695b98612dd234bef2eb2fae99a0ec3e01f0a2c3116bca0c6eaa20faf536f259",
      "scalequest@1:mbpp": "531857e1b7ba9e5dd262e44d8a9d905e0ab711865251ddd29a07c62f86d7f926",
      "scalequest@1:mbpp-plus": "e47c4d4f3d912205a30bac016401612e82d2db79d2eee5a1dd3b081f8fd80992",
      "simple-evals@1": "1996323c9199225028972e95c40f869a86d023c740b8694522453a50fa50a4b1",
    }
  `);
});

test('the hash of a template that ships never changes', () => {
  const hashes = [...templates.keys()].map((name) => {
    const template = findTemplate(name);
    return [name, resolveProtocol(findProtocol('dart@1'), { template }).sha256.slice(0, 16)];
  });
  expect(Object.fromEntries(hashes)).toMatchInlineSnapshot(`
    {
      "alpaca": "eb182d6d74cd6341",
      "chatml": "707259ca1e3d9338",
      "deepseekmath": "d9377f4c74f0c7ce",
      "llama3-math": "c4807a0cc5b9a4a4",
      "qwen-boxed": "4e88d19aeddbe622",
      "qwen25-math-cot": "73d66ed230374631",
      "scalequest-dsmath": "c2300b885d69891a",
      "scalequest-llama3": "00348ea88a15fdce",
      "scalequest-mistral": "a469ad9e4e0a8a71",
      "scalequest-qwen2math": "6b4b4b5a2a10f8b8",
    }
  `);
});

test('every template that ships is valid data under its own name, with its source and licence', () => {
  for (const [name, { template, source, licence }] of templates) {
    expect(parseTemplate(JSON.stringify(template), name)).toEqual(template);
    expect({ name: template.name, hasSource: source !== '' && licence !== '' }).toEqual({ name, hasSource: true });
  }
});

test('a template of a student says that it is inferred, because its authors never published one', () => {
  const inferred = [...templates].filter(([, shipped]) => shipped.inferred !== undefined).map(([name]) => name);
  expect(inferred).toEqual(['scalequest-qwen2math', 'scalequest-dsmath', 'scalequest-mistral', 'scalequest-llama3']);
});

test('an override changes the label and the hash, and one that says the same changes nothing', () => {
  const plain = resolveProtocol(scalequest1);
  const warmer = resolveProtocol(scalequest1, { temperature: 0.7 });
  expect(warmer.label).toBe('scalequest@1+temperature=0.7');
  expect(warmer.sha256).not.toBe(plain.sha256);
  expect(resolveProtocol(scalequest1, { temperature: 0 })).toEqual(plain);
});

test('a resolved protocol resolves to itself', () => {
  for (const { protocol, sha256 } of listProtocols()) expect(resolveProtocol(protocol).sha256).toBe(sha256);
});

test('a benchmark picks its variant, a label may name one, and the hash is the same', () => {
  const byBenchmark = resolveProtocol(findProtocol('lm-eval@1'), { benchmark: 'math' });
  const { protocol, variant = '' } = findProtocolVariant('lm-eval@1:hendrycks_math');
  const byName = resolveProtocol(protocol, { benchmark: 'math', variant });
  expect(byBenchmark).toMatchObject({ label: 'lm-eval@1:hendrycks_math', sha256: byName.sha256 });
  expect(byBenchmark.protocol).toMatchObject({ grader: 'hendrycks', sampling: { stop: ['Problem:'], maxTokens: 256 } });
  expect(byBenchmark.protocol).not.toHaveProperty('shots');
  expect(resolveProtocol(findProtocol('dart@1'), { benchmark: 'gsm8k' }).label).toBe('dart@1');
  expect(resolveProtocol(findProtocol('dart@1'), { benchmark: 'olympiadbench' }).label).toBe('dart@1:olympiadbench');
});

test('the stops of a template are those of the resolved protocol', () => {
  const stops = (name?: string): readonly string[] =>
    resolveProtocol(findProtocol('dart@1'), name === undefined ? {} : { template: findTemplate(name) }).protocol
      .sampling.stop;
  expect(stops()).toEqual(['### Instruction:', '### Response:']);
  expect(stops('scalequest-dsmath')).toEqual(['User:', 'Assistant:']);
});

test('a template in place of the own one changes the label and the hash', () => {
  const dart = findProtocol('dart@1');
  expect(resolveProtocol(dart, { template: findTemplate('scalequest-qwen2math') })).toMatchObject({
    label: 'dart@1+template=scalequest-qwen2math',
  });
  expect(resolveProtocol(dart, { template: findTemplate('alpaca') })).toEqual(resolveProtocol(dart));
});

const texts = identifyShots('file', [
  { problem: 'a', solution: '1' },
  { problem: 'b', solution: '2' },
  { problem: 'c', solution: '3' },
  { problem: 'd', solution: '4' },
  { problem: 'e', solution: '5' },
]);

test('one letter of an example changes the hash', () => {
  const choices = { variant: 'minerva_math' };
  const other = identifyShots('file', [{ problem: 'A', solution: '1' }, ...texts.shots.slice(1)]);
  const resolve = (shots?: typeof texts): string =>
    resolveProtocol(findProtocol('lm-eval@1'), { ...choices, ...(shots === undefined ? {} : { shots }) }).sha256;
  expect(new Set([resolve(), resolve(texts), resolve(other)]).size).toBe(3);
});

test('a protocol that names the hash of its examples takes no others', () => {
  const { protocol } = resolveProtocol(findProtocol('lm-eval@1'), { variant: 'minerva_math', shots: texts });
  expect(resolveProtocol(protocol, { shots: texts }).sha256).toBe(resolveProtocol(protocol).sha256);
  const other = identifyShots('file', texts.shots.toReversed());
  expect(() => resolveProtocol(protocol, { shots: other })).toThrow(expect.objectContaining({ code: 'BAD_SHOTS' }));
});

test('the label says that the examples are of a file, and how many they are where that is not the protocol’s number', () => {
  const hash = texts.sha256.slice(0, 8);
  const lmEval = findProtocol('lm-eval@1');
  expect(resolveProtocol(lmEval, { variant: 'minerva_math', shots: texts }).label).toBe(
    `lm-eval@1:minerva_math+shots=${hash}`,
  );
  expect(resolveProtocol(lmEval, { shots: texts, shotsCount: 2 }).label).toBe(`lm-eval@1+shots-count=2+shots=${hash}`);
  expect(resolveProtocol(lmEval, { shotsCount: 0 }).label).toBe('lm-eval@1+shots-count=0');
});

test('which texts are needed is known before they are loaded', () => {
  const lmEval = findProtocol('lm-eval@1');
  expect(getShots(lmEval, { benchmark: 'gsm8k' })).toMatchObject({ count: 5, source: { name: 'gsm8k-train' } });
  expect(getShots(lmEval, { benchmark: 'math' })).toBeUndefined();
  expect(getShots(lmEval, { benchmark: 'gsm8k', shotsCount: 0 })).toBeUndefined();
  expect(getShots(findProtocol('dart@1'), { shotsCount: 4 })).toMatchObject({ count: 4 });
});

test.each([
  ['UNKNOWN_VARIANT', 'lm-eval@1', { variant: 'mgsm' }],
  ['PROTOCOL_NOT_FOR_BENCHMARK', 'lm-eval@1', { benchmark: 'college-math' }],
  ['TEMPLATE_NOT_USED', 'lm-eval@1', { template: findTemplate('alpaca') }],
  ['TEMPLATE_NOT_USED', 'simple-evals@1', { template: findTemplate('alpaca') }],
  ['SHOTS_NOT_USED', 'scalequest@1', { shots: texts }],
  ['SHOTS_NOT_USED', 'scalequest@1', { shotsCount: 3 }],
  ['TOO_FEW_SHOTS', 'lm-eval@1', { shots: texts, shotsCount: 6 }],
] as const)('what does not fit is refused: %s by %s', (code, label, choices) => {
  expect(() => resolveProtocol(findProtocol(label), choices)).toThrow(expect.objectContaining({ code }));
});

const chat = { ...scalequest1 } as Protocol;
const raw: Protocol = { ...scalequest1, prompt: { kind: 'completion', template: 'Q: {problem}' } };
const template = findTemplate('alpaca');
const shots = {
  count: 1,
  source: { kind: 'file' },
  choice: { kind: 'first' },
  layout: { kind: 'turns' },
} as const;

test.each([
  ['an unknown field', { ...chat, extra: 1 }],
  ['no slot', { ...chat, prompt: { kind: 'completion', template: 'no slot' } }],
  ['two slots', { ...chat, prompt: { kind: 'chat', messages: Array(2).fill({ role: 'user', content: '{problem}' }) } }],
  ['no tokens', { ...chat, sampling: { ...chat.sampling, maxTokens: 0 } }],
  ['a bad name', { ...chat, name: 'Has Spaces' }],
  ['no epochs', { ...chat, epochs: 0 }],
  ['an unknown grader', { ...chat, grader: 'gpt-4' }],
  ['a prefill that a server would end', { ...chat, prefill: 'Sure:' }],
  ['a template for raw text', { ...raw, template }],
  ['turns in raw text', { ...raw, shots }],
  ['a sentence of no template', { ...chat, instruction: { fromTemplate: true } }],
  [
    'a shot without its slots',
    { ...raw, shots: { ...shots, layout: { kind: 'text', template: '{problem}', separator: '' } } },
  ],
  ['a variant that does not fit', { ...raw, variants: [{ name: 'v', benchmarks: [], template }] }],
  ['an instruction with a slot that nothing fills', { ...chat, instruction: { before: 'In {language}: ' } }],
  [
    'a template with a slot that nothing fills',
    { ...raw, prompt: { kind: 'completion', template: '{task} {problem}' } },
  ],
  [
    'a turn with a slot that nothing fills',
    { ...chat, prompt: { kind: 'chat', messages: [{ role: 'user', content: '{task} {problem}' }] } },
  ],
  [
    'a variant with a slot that nothing fills',
    { ...chat, variants: [{ name: 'v', benchmarks: [], instruction: { after: ' {unit}' } }] },
  ],
  ['two variants of one name', { ...chat, variants: Array(2).fill({ name: 'v', benchmarks: [] }) }],
  ['two variants for one benchmark', { ...chat, variants: ['v', 'w'].map((name) => ({ name, benchmarks: ['math'] })) }],
  ['the name of a variant, which only a resolved protocol has', { ...chat, variant: 'v' }],
])('data that is no protocol is refused: %s', (_, data) => {
  expect(protocolSchema.safeParse(data).success).toBe(false);
});

test.each([
  ['LaTeX', { before: 'Put \\boxed{answer}, \\frac{a}{b}, \\sqrt[3]{x} or x^{2} and x_{i}. ' }],
  ['a set', { before: 'One of {1, 2}. ' }],
  ['the text of a slot', { before: 'Write {form}. ', slots: { form: [{ text: '{answer}' }] } }],
])('braces that are no slot stay as they are: %s', (_, instruction) => {
  expect(protocolSchema.safeParse({ ...chat, instruction })).toMatchObject({ success: true });
});

test('a file may not call itself by the label of a protocol that ships, unless it is that protocol', () => {
  const parseAs = (changes: Partial<Protocol>, label = 'dart@1'): Protocol =>
    parseProtocol(JSON.stringify({ ...findProtocol(label), ...changes }), 'mine.json');
  expect(parseAs({})).toEqual(findProtocol('dart@1'));
  const refused = expect.objectContaining({ code: 'BAD_PROTOCOL', message: expect.stringContaining("'dart@1'") });
  expect(() => parseAs({ grader: 'ours' })).toThrow(refused);
  expect(() => parseAs({ variants: [{ name: 'easy', benchmarks: ['gsm8k'], grader: 'ours' }] })).toThrow(refused);
  expect(parseAs({ grader: 'ours', version: 2 }).version).toBe(2);
  expect(parseAs({ grader: 'ours', name: 'mine' }).name).toBe('mine');
});

test('what `scalequest protocols --json` prints of a protocol may be given back', () => {
  for (const { protocol } of listProtocols().filter(({ protocol: { variant } }) => variant === undefined)) {
    expect(parseProtocol(JSON.stringify(protocol), 'printed.json')).toEqual(protocol);
  }
});

test('a file may not call itself by the name of a template that ships, unless it is that template', () => {
  const parseAs = (changes: object): unknown => parseTemplate(JSON.stringify({ ...template, ...changes }), 'mine.json');
  expect(parseAs({})).toEqual(template);
  const refused = expect.objectContaining({ code: 'BAD_TEMPLATE', message: expect.stringContaining("'alpaca'") });
  expect(() => parseAs({ begin: '<s>' })).toThrow(refused);
  expect(parseAs({ begin: '<s>', name: 'mine' })).toMatchObject({ name: 'mine' });
});

test('a byte order mark at the start of a file is no part of it', () => {
  expect(parseProtocol(`\ufeff${JSON.stringify({ ...chat, name: 'mine' })}`, 'mine.json').name).toBe('mine');
  expect(parseTemplate(`\ufeff${JSON.stringify({ ...template, name: 'mine' })}`, 'mine.json').name).toBe('mine');
});

test('a file that is no protocol names every field that is wrong', () => {
  const text = JSON.stringify({ ...chat, name: 'Has Spaces', sampling: { ...chat.sampling, topP: 2 } });
  expect(() => parseProtocol(text, 'mine.json')).toThrow(/'mine.json' is no protocol\. name: .*; sampling\.topP: /);
  expect(() => parseProtocol('{', 'mine.json')).toThrow('It is not JSON');
});

test('an unknown label or template names those that are known', () => {
  expect(() => findProtocol('scalequest')).toThrow('Known protocols: scalequest@1');
  expect(() => findTemplate('alpacca')).toThrow('alpaca');
});
