import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBenchmarks } from '@scalequest/datasets';
import { evalDefaults, findProtocolVariant, resolveProtocol, type Task, tasks } from '@scalequest/eval';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'defaults.md'), 'utf8');

const headings = ['target', 'problems', 'protocol', 'max tokens', 'epochs', 'concurrency', 'graders', 'breakdowns'];

function makeRow(task: Task): string[] {
  const name = typeof task.benchmark === 'string' ? task.benchmark : task.benchmark.name;
  const { protocol, variant } = findProtocolVariant(task.protocol);
  const { label, protocol: resolved } = resolveProtocol(protocol, {
    benchmark: name,
    ...(variant === undefined ? {} : { variant }),
  });
  const known = listBenchmarks().find((benchmark) => benchmark.name === name);
  return [
    `\`eval:${task.name}\``,
    String(known?.count),
    `\`${label}\``,
    String(resolved.sampling.maxTokens),
    String(resolved.epochs ?? evalDefaults.epochs),
    String(evalDefaults.concurrency),
    nameGraders(resolved.grader, task),
    task.breakdowns.join(', ') || 'none',
  ];
}

function nameGraders(grader: string, { tests }: Task): string {
  const own = tests === undefined ? 'ours' : 'tests';
  return grader === 'ours' || grader === own ? own : `${grader}, ${own}`;
}

test('the table of defaults is what the code does', () => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = [...tasks.values()].map(makeRow);
  const table = [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
  const there = /<!-- table -->\n([\s\S]*?)<!-- end -->/.exec(page)?.[1]?.trim();
  expect(there).toBe(table);
});

test('the page says the defaults that all targets share', () => {
  expect(page).toContain(`seed ${evalDefaults.seed};`);
  const manifest = JSON.parse(readFileSync(join(root, 'packages', 'eval', 'package.json'), 'utf8')) as {
    readonly nx: { readonly targets: Readonly<Record<string, unknown>> };
  };
  // Every target has a row, but for the one that runs the others.
  const targets = Object.keys(manifest.nx.targets).filter((name) => name !== 'all' && name !== 'leaderboard');
  for (const name of targets) expect(page).toContain(`| \`eval:${name}\` |`);
});
