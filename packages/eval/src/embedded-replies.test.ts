import { readFileSync } from 'node:fs';
import { mathEmbedded } from '@scalequest/datasets/embedded';
import { verifyReply } from '@scalequest/verifier';
import { expect, test } from 'vitest';
import {
  type EmbeddedReplyKind,
  formatEmbeddedReplies,
  makeEmbeddedReplies,
  repliesPath,
  shares,
} from '../scripts/write-embedded-replies.mjs';

const replies = makeEmbeddedReplies();

test('the file is what the script makes', () => {
  expect(readFileSync(repliesPath, 'utf8')).toBe(formatEmbeddedReplies(replies));
});

test('there is one reply to each of the 500 problems, in their order', () => {
  const problems = mathEmbedded.generate({ seed: 0, count: 500 });
  expect(replies.map(({ record }) => record.id)).toEqual(problems.map(({ id }) => id));
});

test('the kinds have the stated shares', () => {
  const counts = Object.fromEntries(
    Object.keys(shares).map((name) => [name, ofKind(name as EmbeddedReplyKind).length]),
  );
  expect(counts).toEqual(shares);
});

test('truncated replies, and no others, have the finish reason length', () => {
  const expected = replies.map(({ kind }) => (kind === 'truncated' ? 'length' : 'stop'));
  expect(replies.map(({ record }) => record.finishReason)).toEqual(expected);
});

test('a reply without an answer holds no number and no mathematics', () => {
  expect(ofKind('no-answer').filter(({ record }) => /[\d$\\]/.test(record.reply))).toEqual([]);
});

test('no truncated reply reaches the end of its box', () => {
  expect(ofKind('truncated').filter(({ record }) => /\\boxed\{.*\}/s.test(record.reply))).toEqual([]);
});

test.each([
  { kind: 'right', verdict: 'equal' },
  { kind: 'odd', verdict: 'equal' },
  { kind: 'wrong', verdict: 'different' },
] as const)('the verifier finds the $kind replies $verdict', ({ kind, verdict }) => {
  const others = ofKind(kind).filter(
    ({ reference, record }) => verifyReply({ reference, reply: record.reply }).verdict !== verdict,
  );
  expect(others.map(({ reference, record }) => ({ reference, end: record.reply.slice(-80) }))).toEqual([]);
});

test('the verifier finds no answer in the replies without one', () => {
  const found = ofKind('no-answer').filter(
    ({ reference, record }) => verifyReply({ reference, reply: record.reply }).extraction.status !== 'no-answer',
  );
  expect(found.map(({ record }) => record.reply)).toEqual([]);
});

test('the file stays small enough to ship', () => {
  expect(Buffer.byteLength(formatEmbeddedReplies(replies))).toBeLessThan(250_000);
});

function ofKind(kind: EmbeddedReplyKind): typeof replies {
  return replies.filter((reply) => reply.kind === kind);
}
