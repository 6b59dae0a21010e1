import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { type HeadlineReport, makeHeadlineTable, placeHeadlineTable } from '../tools/write-headlines.mjs';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const report: HeadlineReport = JSON.parse(readFileSync(join(root, 'benchmarks', 'results', 'headlines.json'), 'utf8'));

const made: HeadlineReport = {
  command: 'npm run bench -- headlines',
  machine: '2 cores of a made machine, 4 GiB',
  node: 'v20.20.2',
  platform: 'linux-x64',
  commit: '1234567',
  date: '2026-01-02',
  versions: { scalequest: '0.1.0', peer: '1.0' },
  runs: 3,
  tookSeconds: { one: 1 },
  leftOut: [{ what: 'absent-peer', reason: 'it is made up' }],
  claims: [
    {
      part: 'one',
      what: 'doing it',
      unit: 's',
      best: 'least',
      ours: [1, 2, 4],
      peers: [{ name: 'peer 1.0', figures: [8, 8, 8] }],
      target: { says: 'at most 1.5 s', atMost: 1.5, figures: [1, 2, 4] },
    },
    {
      part: 'two',
      what: 'doing more',
      unit: 'things/s',
      best: 'most',
      ours: [1500, 1400, 1600],
      peers: [{ name: 'peer 2.0', figures: [10, 20, 10] }],
      target: { says: 'at least 1,000', atLeast: 1000, figures: [1500, 1400, 1600] },
    },
  ],
};

describe('the headline table of the README', () => {
  test('is the one that benchmarks/results/headlines.json gives', () => {
    // Otherwise: node tools/write-headlines.mjs
    expect(placeHeadlineTable(readme, report)).toBe(readme);
  });

  test('is another one when any figure of the file is', () => {
    for (const [index, claim] of report.claims.entries()) {
      const changed = { ...claim, ours: claim.ours.map((figure) => figure * 1.5) };
      expect(placeHeadlineTable(readme, { ...report, claims: report.claims.with(index, changed) })).not.toBe(readme);
    }
    expect(placeHeadlineTable(readme, { ...report, commit: '0000000' })).not.toBe(readme);
  });

  test('covers verifier, harness, scoring and sandbox, each against a peer with its version, run by run', () => {
    expect(new Set(report.claims.map(({ part }) => part))).toEqual(
      new Set(['verifier', 'harness', 'scoring', 'sandbox']),
    );
    for (const { ours, peers } of report.claims) {
      expect(ours).toHaveLength(report.runs);
      expect(peers.length).toBeGreaterThan(0);
      for (const { name, figures } of peers) {
        expect(name).toMatch(/^[a-z-]+ \d+\.\d+/);
        expect(figures).toHaveLength(report.runs);
      }
    }
  });

  test('gives the median ratio and its spread, whichever way is better, and says where a target is missed', () => {
    const table = makeHeadlineTable(made);
    expect(table).toContain('| 2.00 | peer 1.0: 8.00, **4.0 times (2.0 to 8.0)** | at most 1.5 s: missed, 2.00 |');
    expect(table).toContain('| 1,500 | peer 2.0: 10.0, **150 times (70 to 160)** | at least 1,000: met, 1,500 |');
  });

  test('names the machine, the versions, the commit, the day, and what is left out', () => {
    const table = makeHeadlineTable({ ...made, note: 'Beside other work.' });
    for (const part of [
      '2026-01-02',
      '1234567',
      'made machine',
      'Node 20.20.2',
      '3 runs',
      'absent-peer',
      'Beside other',
    ])
      expect(table).toContain(part);
  });

  test('has a README without the markers refused, with the lines that it lacks', () => {
    expect(() => placeHeadlineTable('# Nothing', made)).toThrow('<!-- headlines: begin -->');
  });
});

test('figures are saved of all parts at their whole size only, and of a tree that is committed', () => {
  using folder = makeTemporaryFolder();
  execFileSync('git', ['init', '-q'], { cwd: folder.path });
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@b.c'];
  execFileSync('git', [...author, 'commit', '-q', '--allow-empty', '-m', 'a'], { cwd: folder.path });
  writeFileSync(folder.join('changed.txt'), '');
  const save = (...flags: readonly string[]): string => {
    const script = join(root, 'benchmarks', 'headlines.mjs');
    const options = { cwd: folder.path, encoding: 'utf8', timeout: 50_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--save', ...flags], options);
    expect([status, stdout]).toEqual([1, '']);
    return stderr;
  };
  expect(save('--only', 'verifier')).toContain('--save takes all parts at their whole size');
  expect(save('--size', '0.1')).toContain('--save takes all parts at their whole size');
  expect(save()).toContain('the tree is not that of it. Commit or remove:\n?? changed.txt');
});
