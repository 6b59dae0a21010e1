import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBudget, createOpenAiClient, createReplayClient } from '@scalequest/models';
import { startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { formatMetricsLine, metricsLineStart } from './metrics-line.ts';

const documentation = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'model-calls.md');
const time = new Date('2026-11-22T14:00:00Z');
const session = new Date('2026-11-22T13:00:00Z');

/** The table of fields in the documentation. */
function readDocumentedFields(): ReadonlyMap<string, string> {
  const table = readFileSync(documentation, 'utf8').split('| field | what |')[1]?.split('\n\n')[0] ?? '';
  const rows = table.split('\n').flatMap((row) => /^\| (`.*?) \| (.*) \|$/.exec(row)?.slice(1, 3) ?? []);
  const fields = new Map<string, string>();
  for (let row = 0; row < rows.length; row += 2) {
    for (const [, name] of (rows[row] as string).matchAll(/`(\w+)`/g))
      fields.set(name as string, rows[row + 1] as string);
  }
  return fields;
}

test('a line has the fields of the documentation, and no others', async () => {
  await using server = await startModelServer();
  const client = createOpenAiClient({
    model: 'm',
    baseUrls: [server.baseUrl],
    prices: { prompt: 1, completion: 1 },
    budget: createBudget({ requestsPerSecond: 1000 }),
    hedge: {},
  });
  const sampling = { temperature: 0, topP: 1, maxTokens: 8, stop: [] };
  await client.generate({ prompt: { kind: 'completion', text: 'Hello' }, sampling });
  const source = { benchmark: 'gsm8k', client, folder: 'run', getProgress: () => ({ done: 3, total: 7 }) };
  const text = formatMetricsLine(source, { time, session });
  await client.close();

  expect(text.startsWith(metricsLineStart)).toBe(true);
  expect(text.match(/\n/g)).toHaveLength(1);
  const line = JSON.parse(text);
  const fields = readDocumentedFields();
  expect(Object.keys(line).sort()).toEqual([...fields.keys()].sort());
  expect(line).toMatchObject({
    time: '2026-11-22T14:00:00.000Z',
    session: '2026-11-22T13:00:00.000Z',
    done: 3,
    samples: 7,
    hedges: { sent: 0 },
    budget: { requests: 1 },
    endpoints: [{ requestsPerSecondLimit: null }],
  });
  expect(line.cost).toBeCloseTo((line.total.promptTokens + line.total.completionTokens) / 1e6, 12);
  const named = (names: string | undefined): readonly string[] =>
    [...(names ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
  const ofTotal = named(fields.get('total')).filter((name) => !['p50', 'p90', 'p99', 'max'].includes(name));
  expect(Object.keys(line.total).sort()).toEqual([...ofTotal].sort());
  const ofEndpoint = named(fields.get('endpoints')).filter((name) => name !== 'total');
  expect(Object.keys(line.endpoints[0]).sort()).toEqual([...ofTotal, ...ofEndpoint].sort());
});

test('what a model in this process does not have is null', async () => {
  const client = await createReplayClient({ entries: [] });
  const source = { benchmark: 'gsm8k', client, folder: 'run', getProgress: () => undefined };
  const line = JSON.parse(formatMetricsLine(source, { time, session }));
  expect(line).toMatchObject({ done: null, samples: null, cost: null, total: null, hedges: null, budget: null });
  expect(line).toMatchObject({ endpoints: [], concurrencyLimit: null });
});
