import { createOpenAiClient } from '@scalequest/models';
import { type ModelServerOptions, type ServerShape, startModelServer } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../check.ts';
import { bareNeeds, type RunNeeds } from '../describe-needs.ts';
import { type Claim, examineEndpoint } from './examine-endpoint.ts';

const model = 'test-model';
const raw = { kind: 'completion' } as const;

interface LookOptions {
  readonly needs?: Partial<RunNeeds>;
  readonly claims?: readonly Claim[];
  readonly timeoutMs?: number;
  /** Made of the server's base URL. @defaultValue itself */
  readonly address?: (baseUrl: string) => string;
  readonly hint?: string;
}

async function look(
  server: ModelServerOptions,
  { needs = {}, claims = [], timeoutMs = 30_000, address = (baseUrl) => baseUrl, hint }: LookOptions = {},
): Promise<readonly CheckResult[]> {
  await using started = await startModelServer(server);
  const name = address(started.baseUrl);
  const client = createOpenAiClient({ model, baseUrls: [name], maxAttempts: 1, patienceMs: 5000, timeoutMs });
  try {
    const endpoint = {
      name,
      client,
      listModels: () => client.listModels(name),
      ...(hint === undefined ? {} : { hint }),
    };
    const { checks } = await examineEndpoint({
      endpoint,
      needs: { ...bareNeeds, ...needs },
      claims: new Set(claims),
      scope: 'whole',
    });
    return checks;
  } finally {
    await client.close();
  }
}

function list(checks: readonly CheckResult[], status: CheckResult['status']): readonly string[] {
  return checks.filter((check) => check.status === status).map(({ name }) => name);
}

interface Trouble extends LookOptions {
  readonly name: string;
  readonly server: ModelServerOptions;
  readonly status?: 'broken' | 'warning';
  readonly checks: readonly string[];
  /** Of the first of them: what and why, and what to do. */
  readonly says: RegExp;
  readonly next: RegExp;
  /** Whether the command line is to blame. @defaultValue false */
  readonly isRequest?: boolean;
}

const fails = (misbehaviour: NonNullable<ModelServerOptions['misbehaviours']>[number]): ModelServerOptions => ({
  misbehaviours: [misbehaviour],
});
const page = '<html><h1>Bad Gateway</h1></html>';

const troubles: readonly Trouble[] = [
  {
    name: 'a forbidden request (403)',
    server: fails({ kind: 'status', status: 403, body: { message: 'Not from here.' } }),
    checks: ['answer'],
    says: /forbids a request without an API key.*403: Not from here/,
    next: /SCALEQUEST_API_KEY.*proxy/,
    isRequest: true,
  },
  {
    name: 'a path that is not there (404)',
    server: {},
    address: (baseUrl) => baseUrl.replace('/v1', '/api'),
    checks: ['answer'],
    says: /does not look like the base URL.*404/,
    next: /\/api\/v1\.$/,
    isRequest: true,
  },
  {
    name: 'a redirect',
    server: fails({ kind: 'status', status: 308, headers: { location: 'https://elsewhere.example/v1?key=secret' } }),
    checks: ['answer'],
    says: /sends requests elsewhere.*308/,
    next: /points to https:\/\/elsewhere\.example\/v1: /,
    isRequest: true,
  },
  {
    name: 'a server that fails at everything (500)',
    server: fails({ kind: 'status', status: 500, body: { error: 'CUDA error' } }),
    checks: ['answer'],
    says: /failed at a request.*500: CUDA error$/,
    next: /log of the server/,
  },
  {
    name: 'a gateway without a server behind it (502)',
    server: fails({ kind: 'status', status: 502, body: page }),
    checks: ['answer'],
    says: /502: <html>/,
    next: /log of the server/,
  },
  {
    name: 'a web page instead of JSON',
    server: fails({ kind: 'html-page' }),
    checks: ['answer'],
    says: /It is not JSON/,
    next: /web page answers/,
  },
  {
    name: 'a connection that is closed without a word, and a proxy that is not used',
    server: fails({ kind: 'reset' }),
    hint: 'There is a proxy.',
    checks: ['answer'],
    says: /connection to .* broke/,
    next: /https closes what comes by http\. There is a proxy\.$/,
  },
  {
    name: 'a host that nobody knows',
    server: {},
    address: () => 'http://no-such-host.invalid/v1',
    checks: ['answer'],
    says: /cannot be reached.*(ENOTFOUND|EAI_AGAIN)/,
    next: /curl/,
  },
  {
    name: 'https where the server speaks http',
    server: {},
    address: (baseUrl) => baseUrl.replace('http:', 'https:'),
    checks: ['answer'],
    says: /cannot be reached.*SSL/,
    next: /begin it with http:\/\//,
  },
  {
    name: 'a server that never answers',
    server: fails({ kind: 'hang' }),
    timeoutMs: 300,
    checks: ['first-token'],
    says: /no whole answer within 0\.3 s/,
    next: /hangs, still loads its model/,
  },
  {
    name: 'a server that answers one token and hangs at more',
    server: fails({ kind: 'hang', when: ({ body }) => body.max_tokens !== 1 }),
    // What is answered has to be within it, on a busy machine too.
    timeoutMs: 2000,
    checks: ['template', 'content', 'context'],
    says: /no whole answer within 2 s/,
    next: /time-out/,
  },
  {
    name: 'raw text where only turns are taken',
    server: { lacks: ['completion'] },
    needs: raw,
    checks: ['answer'],
    says: /answers turns, and no raw text.*404/,
    next: /--template/,
    isRequest: true,
  },
  {
    name: 'turns where only raw text is taken',
    server: { lacks: ['chat'] },
    checks: ['answer'],
    says: /answers raw text, and no turns.*404/,
    next: /--template NAME/,
    isRequest: true,
  },
  {
    name: 'turns for a model without a template',
    server: fails({
      kind: 'status',
      status: 400,
      body: { message: 'The tokenizer has no chat template.' },
      when: ({ kind }) => kind === 'chat',
    }),
    checks: ['answer'],
    says: /answers raw text, and no turns.*no chat template/,
    next: /--template NAME/,
    isRequest: true,
  },
  {
    name: 'a seed that is refused, which every request has',
    server: { refuses: ['seed'] },
    checks: ['answer'],
    says: /does not accept a request.*'seed' is not supported/,
    next: /sampling options/,
  },
  {
    name: 'one choice fewer than n',
    server: fails({ kind: 'fewer-choices', when: ({ body }) => body.n === 2 }),
    claims: ['n'],
    checks: ['n'],
    says: /n is not honoured/,
    next: /--claims/,
  },
  {
    name: 'a stop that stays in the text',
    server: { includesStop: true },
    needs: { hasStops: true },
    checks: ['stop'],
    says: /stop is not honoured/,
    next: /needs stops/,
  },
  {
    name: 'logprobs of no token',
    server: { reply: () => '' },
    claims: ['logprobs'],
    checks: ['logprobs'],
    says: /logprobs are missing/,
    next: /--claims/,
  },
  {
    name: 'a reply that is all thinking',
    server: { reply: () => ({ text: '', reasoning: 'It is four.' }) },
    checks: ['content'],
    says: /none as content.*reasoning_content/,
    next: /--reasoning-parser/,
  },
  {
    name: 'a stop that does not end thinking',
    server: { reply: () => ({ text: '', reasoning: 'A river goes', finishReason: 'length' }) },
    needs: { hasStops: true },
    status: 'warning',
    checks: ['stop'],
    says: /cannot be seen.*still thinking/,
    next: /turn thinking off/,
  },
  {
    name: 'an empty reply',
    server: { reply: () => '' },
    status: 'warning',
    checks: ['content'],
    says: /A reply is empty/,
    next: /template/,
  },
  {
    name: 'a prompt that is refused as too long',
    server: { maxTextLength: 3000 },
    checks: ['context'],
    says: /longer than the context.*400/,
    next: /longer context/,
  },
  {
    name: 'a server that breaks at a long prompt',
    server: fails({ kind: 'status', status: 500, when: ({ promptTokens }) => promptTokens > 500 }),
    checks: ['context'],
    says: /failed at a request/,
    next: /log of the server/,
  },
  {
    name: 'two beginnings of a text',
    server: { beginnings: 2 },
    needs: raw,
    status: 'warning',
    checks: ['template'],
    says: /costs 2 tokens beside its words/,
    next: /tokenize/,
  },
  {
    name: 'a beginning of the server before that of the protocol',
    server: { beginnings: 1 },
    // Words are tokens of the test server: this one is one.
    needs: { ...raw, beginning: '<s> ' },
    status: 'warning',
    checks: ['template'],
    says: /begins twice.*'<s> '.*1 token before it: together they are 2/,
    next: /add_special_tokens/,
  },
];

describe('what is wrong with a server is said as what, why and what to do', () => {
  test.concurrent.each(troubles)(
    '$name',
    async ({ server, status = 'broken', checks, says, next, isRequest = false, ...options }) => {
      const found = await look(server, options);
      const seen = list(found, status).filter((name) => status === 'broken' || checks.includes(name));
      expect(seen).toEqual(checks);
      if (status === 'warning') expect(list(found, 'broken')).toEqual([]);
      const first = found.find(({ name }) => name === checks[0]);
      expect(`${first?.what} ${first?.why}`).toMatch(says);
      expect(first?.next).toMatch(next);
      expect(first?.kind === 'request').toBe(isRequest);
      for (const { status: ended, what, next: todo } of found) {
        if (ended !== 'ok')
          expect([what, todo]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/[.)]$/)]);
      }
      expect(JSON.stringify(found)).not.toContain('key=secret');
    },
  );
});

describe('an honest server is none that is broken', () => {
  const servers: readonly {
    readonly name: ServerShape;
    readonly server: ModelServerOptions;
    readonly warnings: readonly string[];
    readonly ofRawText?: readonly string[];
  }[] = [
    { name: 'vllm', server: { ignores: ['seed'] }, warnings: ['seed'] },
    { name: 'sglang', server: {}, warnings: [] },
    { name: 'llama.cpp', server: { refuses: ['n'] }, warnings: ['n'] },
    { name: 'ollama', server: { ignores: ['n', 'logprobs'] }, warnings: ['n'] },
  ];
  const sampled = { temperature: 0.7, hasStops: true, maxTokens: 4096 };

  test.concurrent.each(servers)('$name, of turns and of raw text', async ({ name: shape, server, warnings }) => {
    for (const needs of [sampled, { ...sampled, ...raw }]) {
      const checks = await look({ template: 'once', beginnings: 1, shape, ...server }, { needs });
      expect([list(checks, 'broken'), list(checks, 'warning')]).toEqual([[], warnings]);
    }
  });

  test.concurrent('the context that llama.cpp and vLLM list is believed', async () => {
    for (const shape of ['llama.cpp', 'vllm'] as const) {
      const checks = await look({ shape, maxModelLength: 2048 }, { needs: { maxTokens: 4096 } });
      expect(checks.find(({ name }) => name === 'context')).toMatchObject({
        status: 'broken',
        what: "The context of 'test-model' is 2048 tokens.",
      });
    }
  });

  test.concurrent.each(['vllm', 'sglang', 'llama.cpp', 'ollama'] as const)(
    'a name that %s does not have is a wrong one',
    async (shape) => {
      const checks = await look({ shape, models: ['test-modem'] });
      expect(checks).toMatchObject([{ name: 'answer', status: 'broken', kind: 'request' }]);
      expect(checks[0]?.why).toContain('test-modem');
    },
  );

  test.concurrent.each(['empty', 'missing'] as const)('one whose list of models is %s', async (listing) => {
    expect(list(await look({ listing }), 'ok')).toContain('answer');
  });

  test.concurrent('one that counts only the tokens which no cache held', async () => {
    const reply = (): string => 'A heron.';
    const checks = await look({ template: 'once', contextWords: 24, reply });
    expect(list(checks, 'broken')).toEqual([]);
    expect(checks.find(({ name }) => name === 'template')?.what).toBe('The endpoint counts no tokens.');
  });

  test.concurrent('a model that thinks before it answers', async () => {
    const reply = (): { text: string; reasoning: string; finishReason: string } => ({
      ...{ text: '', reasoning: 'Hm, hm, hm', finishReason: 'length' },
    });
    expect(list(await look({ reply }), 'broken')).toEqual([]);
  });
});
