import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

const program = `
import { verifyAnswer, verifyReply } from '@scalequest/verifier';
import { createVerifierPool } from '@scalequest/verifier/pool';
const pool = createVerifierPool({ workers: 1 });
const pooled = await pool.verify({ reference: '7', reply: 'So it is \\\\boxed{7}.' });
await pool.close();
console.log(
  verifyAnswer({ reference: '\\\\frac{1}{2}', candidate: '0.5' }).verdict,
  verifyReply({ reference: '3', reply: 'The answer is 4.' }).verdict,
  pooled.verdict,
);
`;

test('the packed verifier installs alone and works, pool and all', { timeout: 180_000 }, async () => {
  using folder = makeTemporaryFolder();
  const packed = await run(
    'npm',
    ['pack', '--silent', '--pack-destination', folder.path, '-w', '@scalequest/verifier'],
    {
      cwd: root,
    },
  );
  writeFileSync(folder.join('package.json'), '{"name":"stranger","type":"module","private":true}');
  await run('npm', ['install', '--silent', '--prefer-offline', `./${packed.stdout.trim()}`], { cwd: folder.path });
  writeFileSync(folder.join('main.js'), program);
  const { stdout } = await run(process.execPath, ['main.js'], { cwd: folder.path });
  expect(stdout.trim()).toBe('equal different equal');
});
