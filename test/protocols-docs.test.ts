import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProtocol, getShots, loadShots, parseProtocol, parseTemplate, resolveProtocol } from '@scalequest/eval';
import { expect, test } from 'vitest';
import { makeProtocolTables } from './support/protocol-tables.ts';

const docs = readFileSync(join(import.meta.dirname, '..', 'docs', 'protocols.md'), 'utf8');

test('docs/protocols.md has the tables of what ships, figure for figure', () => {
  for (const table of makeProtocolTables()) expect(docs).toContain(table);
});

test('the examples of docs/protocols.md are valid', () => {
  const [protocol = '', template = ''] = [...docs.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');
  expect(parseProtocol(protocol, 'docs').name).toBe('mine');
  expect(parseTemplate(template, 'docs').name).toBe('my-template');
});

const dataDir = process.env.SCALEQUEST_DATA_DIR;

test.skipIf(dataDir === undefined)(
  'the hash of a GSM8K run is the one that docs/protocols.md gives (needs SCALEQUEST_DATA_DIR)',
  async () => {
    const protocol = findProtocol('lm-eval@1');
    const wanted = getShots(protocol, { benchmark: 'gsm8k' });
    if (wanted === undefined) throw new Error('gsm8k shows no examples');
    const shots = await loadShots(wanted, { dataDir, cacheDir: '/nonexistent' });
    const { sha256 } = resolveProtocol(protocol, { benchmark: 'gsm8k', shots });
    expect(docs).toContain(`\`${sha256}\``);
    expect(docs).toContain(`\`${shots.sha256}\``);
  },
);
