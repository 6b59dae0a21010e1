import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryFolder, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { createOpenAiClient } from '../openai/create-openai-client.ts';
import { followEndpointsFile } from './follow-endpoints-file.ts';
import { readEndpoints } from './read-endpoints.ts';

const sampling = { temperature: 0, topP: 1, maxTokens: 8, stop: [] };
const prompt = { kind: 'completion', text: 'Hello' } as const;

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 10 }).toBe(true);
}

describe('a list of endpoints', () => {
  test('is a base URL a line, with comments and each once', () => {
    const text = '# ours\nhttp://a:1/v1\n\n  http://b:2/v1  # second\nhttp://a:1/v1/\n';
    expect(readEndpoints(text, 'f')).toEqual([{ baseUrl: 'http://a:1/v1/' }, { baseUrl: 'http://b:2/v1' }]);
    expect(readEndpoints('', 'f')).toEqual([]);
    expect(readEndpoints(text.replaceAll('\n', '\r\n'), 'f')).toEqual(readEndpoints(text, 'f'));
  });

  test('is JSON, where each may have settings', () => {
    const entry = { baseUrl: 'http://b:2/v1', maxConcurrency: 256, limits: { tokensPerMinute: 1e6 } };
    const expected = [{ baseUrl: 'http://a:1/v1' }, entry];
    expect(readEndpoints(JSON.stringify(['http://a:1/v1', entry]), 'f')).toEqual(expected);
    expect(readEndpoints(JSON.stringify({ endpoints: expected }), 'f')).toEqual(expected);
  });

  test.each([
    ['not-a-url\n', /not-a-url/],
    ['http://user:pass@a/v1\n', /password/],
    ['[{"baseUrl": "http://a/v1", "maxConcurency": 3}]', /maxConcurency/],
    ['{"endpoints": [', /not JSON/],
    ['{"endpoints": {"a": 1}}', /array/],
    ['[{"baseUrl": "http://a/v1", "maxConcurrency": 0}]', /maxConcurrency/],
    ['[{"baseUrl": "http://a/v1", "maxConcurrency": 0.5}]', /maxConcurrency/],
    ['[{"baseUrl": "http://a/v1", "limits": {"maxInFlight": 0.5}}]', /maxInFlight/],
    ['[{"baseUrl": "http://a/v1", "limits": {"maxCost": -1}}]', /maxCost/],
  ])('is refused where it is wrong, with the reason: %j', (text, reason) => {
    expect(() => readEndpoints(text, 'hosts.txt')).toThrow(expect.objectContaining({ code: 'BAD_ENDPOINTS_FILE' }));
    expect(() => readEndpoints(text, 'hosts.txt')).toThrow(reason);
  });
});

describe('a followed file', () => {
  test('must be there and be right at first', async () => {
    using folder = makeTemporaryFolder();
    await expect(followEndpointsFile(folder.join('none.txt'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    writeFileSync(folder.join('bad.txt'), 'nonsense\n');
    await expect(followEndpointsFile(folder.join('bad.txt'))).rejects.toMatchObject({ code: 'BAD_ENDPOINTS_FILE' });
  });

  test('brings servers into a run and takes them out, and loses no request', async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join('endpoints.txt');
    await using first = await startModelServer({ latencyMs: 5 });
    await using second = await startModelServer({ latencyMs: 5 });
    writeFileSync(path, `${first.baseUrl}\n`);
    using endpoints = await followEndpointsFile(path, { pollMs: 20 });
    const client = createOpenAiClient({ model: 'm', endpoints, maxConcurrency: 8 });
    let isDone = false;
    let answered = 0;
    const callers = Array.from({ length: 24 }, async () => {
      while (!isDone) {
        await client.generate({ prompt, sampling });
        answered += 1;
      }
    });
    await until(() => answered > 50);
    expect(second.getStatistics().requests).toBe(0);
    writeFileSync(path, `${first.baseUrl}\n${second.baseUrl}\n`);
    await until(() => second.getStatistics().requests > 50);
    writeFileSync(path, `${second.baseUrl}\n`);
    // Also what is on its way and has not come to the server.
    await until(() =>
      client
        .getStatistics()
        .endpoints.some(({ name, isListed, inFlight }) => name === first.baseUrl && !isListed && inFlight === 0),
    );
    const before = first.getStatistics().requests;
    // The server that was taken off the list goes away.
    await first.close();
    const now = answered;
    await until(() => answered > now + 100);
    expect(first.getStatistics().requests).toBe(before);
    isDone = true;
    await Promise.all(callers);
    expect(client.getStatistics().failures).toEqual({ retry: 0, shrink: 0, drop: 0, fatal: 0 });
    await client.close();
  });

  test('may begin with a byte order mark, and is refused where its reader refuses it', async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join('endpoints.json');
    writeFileSync(path, '\ufeff["http://a:1/v1"]');
    const problems: unknown[] = [];
    const check = (endpoints: readonly { readonly baseUrl: string }[]): void => {
      if (endpoints.some(({ baseUrl }) => baseUrl.includes('b:'))) throw new Error('Not b.');
    };
    using endpoints = await followEndpointsFile(path, {
      pollMs: 10,
      check,
      onProblem: (error) => problems.push(error),
    });
    writeFileSync(path, '["http://b:1/v1"]');
    await until(() => problems.length > 0);
    expect(String(problems[0])).toContain('Not b.');
    expect(endpoints.endpoints).toEqual([{ baseUrl: 'http://a:1/v1' }]);
    await expect(followEndpointsFile(path, { check })).rejects.toThrow('Not b.');
  });

  test('that breaks or goes leaves the last good list in use, and says so once', async () => {
    using folder = makeTemporaryFolder();
    const path = folder.join('endpoints.json');
    writeFileSync(path, '["http://a:1/v1"]');
    const problems: unknown[] = [];
    using endpoints = await followEndpointsFile(path, { pollMs: 10, onProblem: (error) => problems.push(error) });
    writeFileSync(path, '["http://a:1/v1", "http://b');
    await until(() => problems.length > 0);
    await sleep(100);
    expect(problems).toMatchObject([{ code: 'BAD_ENDPOINTS_FILE' }]);
    rmSync(path);
    await until(() => problems.length > 1);
    await sleep(100);
    expect(problems).toMatchObject([{ code: 'BAD_ENDPOINTS_FILE' }, { code: 'FILE_UNREADABLE' }]);
    expect(endpoints.endpoints).toEqual([{ baseUrl: 'http://a:1/v1' }]);
    writeFileSync(path, '["http://b:1/v1"]');
    await until(() => endpoints.endpoints[0]?.baseUrl === 'http://b:1/v1');
    expect(problems).toHaveLength(2);
  });
});
