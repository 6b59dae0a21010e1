import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test('a shell reads a word as it was, whatever it holds', () => {
  const words = [
    'runs/a',
    '',
    'my loops/a',
    "it's",
    '$HOME',
    '`id`',
    '{"a": [1, "b"]}',
    'a\nb',
    '<|im_start|>user\\n',
    '*',
  ];
  const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(words.map((word) => `${word}\0`).join(''));
  expect(shellWord('loops/a-1.5:x@y,z=1')).toBe('loops/a-1.5:x@y,z=1');
});
