import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteForShell } from './quote-for-shell.ts';

test('a shell reads the word that was quoted', () => {
  const words = ['a/b-c_1.json', 'k=v', '', 'two words', "it's", '$HOME `id` "x" \\', '{a,b}*', 'ä\nb'];
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quoteForShell).join(' ')}`], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(words);
  expect(words.slice(0, 2).map(quoteForShell)).toEqual(words.slice(0, 2));
});
