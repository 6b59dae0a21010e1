import { expect, test } from 'vitest';
import { findProtocol, protocols } from './find-protocol.ts';
import { protocolSchema, renderPrompt, resolveProtocol } from './protocol.ts';
import { scalequest1 } from './scalequest-1.ts';

test('every protocol that ships is valid data under its own label', () => {
  for (const [label, protocol] of protocols) {
    expect(protocolSchema.parse(structuredClone(protocol))).toEqual(protocol);
    expect(label).toBe(`${protocol.name}@${protocol.version}`);
  }
});

test('a released protocol never changes', () => {
  // A new hash here means that old and new results must not be compared: make a new version instead.
  expect(resolveProtocol(scalequest1).sha256).toMatchInlineSnapshot(
    `"89bdadd2728e7ee7f6188d5573d5a212b41f8f26fe8ebdc8fc225a82e61b678a"`,
  );
});

test('an override changes the label and the hash, and one that says the same changes nothing', () => {
  const plain = resolveProtocol(scalequest1);
  const warmer = resolveProtocol(scalequest1, { temperature: 0.7 });
  expect(warmer.label).toBe('scalequest@1+temperature=0.7');
  expect(warmer.sha256).not.toBe(plain.sha256);
  expect(resolveProtocol(scalequest1, { temperature: 0 })).toEqual(plain);
});

test('the problem goes in as it is, whatever it holds', () => {
  const problem = 'Find $& or $1 in {problem} and \\frac{1}{2}.';
  const prompt = renderPrompt(
    { ...scalequest1, prompt: { kind: 'completion', template: 'Q: {problem}\nA:' } },
    problem,
  );
  expect(prompt).toEqual({ kind: 'completion', text: `Q: ${problem}\nA:` });
});

test('a chat prompt keeps its turns', () => {
  const prompt = renderPrompt(scalequest1, '1 + 1?');
  expect(prompt.kind === 'chat' && prompt.messages.map(({ role }) => role)).toEqual(['user']);
  expect(prompt.kind === 'chat' && prompt.messages[0]?.content.startsWith('1 + 1?\n\n')).toBe(true);
});

test.each([
  [{ ...scalequest1, extra: 1 }],
  [{ ...scalequest1, prompt: { kind: 'completion', template: 'no slot' } }],
  [{ ...scalequest1, sampling: { ...scalequest1.sampling, maxTokens: 0 } }],
  [{ ...scalequest1, name: 'Has Spaces' }],
])('data that is no protocol is refused: %#', (data) => {
  expect(protocolSchema.safeParse(data).success).toBe(false);
});

test('an unknown protocol names the ones that are known', () => {
  expect(() => findProtocol('scalequest')).toThrow('Known protocols: scalequest@1');
});
