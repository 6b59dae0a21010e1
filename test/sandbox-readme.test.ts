import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getSandboxStatus } from '@scalequest/sandbox';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { listReadmeBlocks } from './support/readme-blocks.ts';

const { chosen } = await getSandboxStatus();
const root = join(import.meta.dirname, '..');
const blocks = listReadmeBlocks(readFileSync(join(root, 'packages', 'sandbox', 'README.md'), 'utf8'));
if (chosen === undefined) console.log('Skipped: the examples of the sandbox. Nothing here can hold a program.');

const prelude = `
import { deepStrictEqual } from 'node:assert';
const readmeClaims = { count: 0, check(seen, wanted, line) { this.count++; deepStrictEqual(seen, wanted, line); } };
process.on('exit', () => process.stdout.write(String(readmeClaims.count)));
`;

describe.skipIf(chosen === undefined)("the README's examples do what their comments say", () => {
  test.each(blocks)('$title', async ({ program }) => {
    // Node 20 does not know `await using`.
    const { code } = await transform(program, { loader: 'ts', target: 'node20', format: 'esm' });
    const input = prelude + code;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
      cwd: root,
      input,
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual([String(program.split('readmeClaims.check(').length - 1), '']);
    expect(Number(stdout)).toBeGreaterThan(0);
  });
});
