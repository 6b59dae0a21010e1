import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { expect, test } from 'vitest';

const workflow = readFileSync(join(import.meta.dirname, '..', 'docs', 'workflows', 'leaderboard.yml'), 'utf8');

/** The script of the step that comments, without its indentation. */
function readCommentScript(): string {
  const script = /name: Comment\n[\s\S]*?run: \|\n((?: {10}.*\n|\n)+)/.exec(workflow)?.[1];
  if (script === undefined) throw new Error('The workflow has no step that comments.');
  return script.replaceAll(/^ {10}/gm, '');
}

/** Keeps comments in a file, and reads them by jq as the real one does. */
const fakeGh = `#!/usr/bin/env node
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const args = process.argv.slice(2);
const after = (flag) => args[args.indexOf(flag) + 1];
const comments = existsSync('comments.json') ? JSON.parse(readFileSync('comments.json', 'utf8')) : [];
const body = () => readFileSync(after('-F').replace('body=@', ''), 'utf8');
if (args.includes('--jq')) {
  const { stdout, status } = spawnSync('jq', ['-r', after('--jq')], { input: JSON.stringify(comments), encoding: 'utf8' });
  process.stdout.write(stdout);
  process.exit(status);
}
if (after('--method') === 'POST') comments.push({ url: 'c/' + comments.length, user: { type: 'Bot' }, body: body() });
else comments.find(({ url }) => url === after('PATCH')).body = body();
writeFileSync('comments.json', JSON.stringify(comments));
`;

test('the workflow pins its actions, and may only read and comment', () => {
  const actions = [...workflow.matchAll(/uses: (.+)/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(1);
  for (const action of actions) expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d/);
  expect(workflow).toContain('permissions:\n  contents: read\n  pull-requests: write\n\n');
});

const hasJq = spawnSync('bash', ['-c', 'command -v jq']).status === 0;

test.skipIf(!hasJq)('a second push changes the comment of the first, and nobody else his (needs jq)', () => {
  using folder = makeTemporaryFolder();
  mkdirSync(folder.join('bin'));
  writeFileSync(folder.join('bin', 'gh'), fakeGh, { mode: 0o755 });
  const others = [
    { url: 'c/0', user: { type: 'User' }, body: '<!-- scalequest leaderboard -->\nmine' },
    { url: 'c/1', user: { type: 'Bot' }, body: 'Coverage' },
  ];
  writeFileSync(folder.join('comments.json'), JSON.stringify(others));
  const PATH = [folder.join('bin'), process.env.PATH].join(delimiter);
  for (const text of ['worse', 'x'.repeat(200_000)]) {
    writeFileSync(folder.join('check.txt'), text);
    writeFileSync(folder.join('gate.txt'), `${text}\n`);
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', readCommentScript()], {
      cwd: folder.path,
      env: { ...process.env, PATH, COMMENTS: 'repos/o/r/issues/1/comments' },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  const comments = JSON.parse(readFileSync(folder.join('comments.json'), 'utf8')) as readonly { body: string }[];
  expect(comments.slice(0, 2)).toEqual(others);
  expect(comments).toHaveLength(3);
  const body = comments[2]?.body ?? '';
  expect(body.length).toBeLessThan(65_536);
  expect(body.split('\n').filter((line) => line === '```')).toHaveLength(4);
});
