import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpackGzip } from './unpack-gzip.ts';

async function readAll(pieces: readonly Uint8Array[]): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of unpackGzip(Readable.from(pieces), 'pieces')) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

const cut = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.of(byte));

test.each([
  ['a text', Buffer.from('text\n'), 'text\n'],
  ['nothing', Buffer.alloc(0), ''],
  ['one byte of gzip', Buffer.of(0x1f), '\x1f'],
  ['a text that begins as gzip does', Buffer.from('\x1f\x1f\x8b'), '\x1f\x1f\xc2\x8b'],
  ['gzip', gzipSync('text\n'), 'text\n'],
  ['members of gzip', Buffer.concat([gzipSync('text'), gzipSync(''), gzipSync('\n')]), 'text\n'],
  ['gzip of nothing', gzipSync(''), ''],
  ['gzip with zeros behind it, as tar has it', Buffer.concat([gzipSync('text\n'), Buffer.alloc(512)]), 'text\n'],
])('%s comes out the same whole and byte by byte', async (_, bytes, text) => {
  expect(await readAll([bytes])).toBe(text);
  expect(await readAll(cut(bytes))).toBe(text);
});

test('gzip that is cut short anywhere, or has something else behind it, is an error', async () => {
  const packed = gzipSync('text\n');
  const more = Buffer.from('{"a":1}\n');
  const broken = [
    ...Array.from({ length: packed.length - 2 }, (_, index) => packed.subarray(0, index + 2)),
    ...Array.from({ length: packed.length - 2 }, (_, index) => Buffer.concat([packed, packed.subarray(0, index + 2)])),
    Buffer.concat([packed, more]),
  ];
  for (const bytes of broken) {
    await expect(readAll([bytes])).rejects.toMatchObject({ code: 'JSONL_TORN' });
    await expect(readAll(cut(bytes))).rejects.toMatchObject({ code: 'JSONL_TORN' });
  }
  await expect(readAll([packed, more])).rejects.toMatchObject({ code: 'JSONL_TORN' });
});

test.each([
  ['plain', Buffer.from('first\n')],
  ['gzip', gzipSync('first\n')],
])('whoever stops reading a pipe that nobody ends is not held, and closes it (%s)', async (_, bytes) => {
  const pipe = new PassThrough();
  pipe.write(bytes);
  for await (const part of unpackGzip(pipe, 'pipe')) {
    expect(Buffer.from(part).toString()).toBe('first\n');
    break;
  }
  if (!pipe.closed) await once(pipe, 'close');
});
