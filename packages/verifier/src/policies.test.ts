import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describePolicy, policyNames } from './policies.ts';
import { verifyAnswer } from './verify-answer.ts';

const rows = policyNames.map((name) => ({ name, ...describePolicy(name) }));

test.each(rows)('$name makes its example equal, and is named in the verdict', ({ name, equal, options }) => {
  const [reference, candidate] = equal;
  const result = verifyAnswer({ reference, candidate }, options);
  expect(result).toMatchObject({ verdict: 'equal', proof: 'policy' });
  expect(result.policies).toContain(name);
});

test.each(rows)('$name does not make its near miss equal', ({ notEqual, options }) => {
  const [reference, candidate] = notEqual;
  expect(verifyAnswer({ reference, candidate }, options).verdict).not.toBe('equal');
});

test.each(rows)('refusing $name leaves no equal that rests on it', ({ name, equal, options }) => {
  const [reference, candidate] = equal;
  const result = verifyAnswer({ reference, candidate }, { ...options, policies: { [name]: false } });
  expect(result.verdict).not.toBe('equal');
  expect(result.policies).not.toContain(name);
});

test('the table in the README is made from the rows', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  // Cells are padded by whoever formats the page.
  const lines = new Set(readme.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim()));
  const cell = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
  for (const { name, on, meaning, equal, notEqual } of rows) {
    const line = `| \`${name}\` | ${on} | ${meaning} | ${equal.map(cell).join(' and ')} | ${notEqual.map(cell).join(' and ')} |`;
    expect(lines, `add to README.md:\n${line}`).toContain(line);
  }
});
