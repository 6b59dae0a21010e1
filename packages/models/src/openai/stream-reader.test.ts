import { describe, expect, test } from 'vitest';
import { createStreamReader, type StreamedAnswer } from './stream-reader.ts';

const encoder = new TextEncoder();

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function chat(index: number, delta: object, finishReason: string | null = null): string {
  return event({ model: 'm', choices: [{ index, delta, finish_reason: finishReason, logprobs: null }] });
}

/** Reads a stream that comes in pieces of so many bytes. */
function read(text: string, size = Number.POSITIVE_INFINITY): StreamedAnswer {
  const reader = createStreamReader();
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += Math.min(size, bytes.length)) {
    reader.push(bytes.subarray(at, at + Math.min(size, bytes.length)));
  }
  return reader.end();
}

const done = 'data: [DONE]\n\n';
const interleaved = [
  chat(1, { role: 'assistant', content: '' }),
  chat(0, { role: 'assistant', reasoning_content: 'Hm ü. ' }),
  chat(0, { content: '42 “' }),
  chat(1, { content: 'är' }),
  chat(0, { content: '🙂”' }, 'stop'),
  chat(1, { content: '!' }),
  chat(1, {}, 'length'),
  event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 9 } }),
  done,
].join('');
const whole = {
  kind: 'body',
  body: {
    model: 'm',
    system_fingerprint: undefined,
    choices: [
      {
        index: 1,
        finish_reason: 'length',
        message: { content: 'är!', reasoning_content: null, reasoning: null },
        logprobs: null,
      },
      {
        index: 0,
        finish_reason: 'stop',
        message: { content: '42 “🙂”', reasoning_content: 'Hm ü. ', reasoning: null },
        logprobs: null,
      },
    ],
    usage: { prompt_tokens: 7, completion_tokens: 9 },
  },
};

describe('a stream', () => {
  test.each([1, 2, 3, 7, 64, Number.POSITIVE_INFINITY])('in pieces of %d bytes says what the whole says', (size) => {
    expect(read(interleaved, size)).toEqual(whole);
  });

  test.each([
    ['CRLF', interleaved.replaceAll('\n', '\r\n')],
    ['CR', interleaved.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${interleaved}`],
    [
      'comments and fields without meaning',
      `: ping\n\nid: 7\nretry: 10\n${interleaved.replaceAll('\n\n', '\n: ping\n\n')}`,
    ],
    ['no space after the colon', interleaved.replaceAll('data: ', 'data:')],
    ['no empty line at its end', interleaved.trimEnd()],
    ['events after its end', `${interleaved}${chat(0, { content: 'more' })}`],
  ])('with %s reads the same', (_name, text) => {
    for (const size of [1, 5, Number.POSITIVE_INFINITY]) expect(read(text, size)).toEqual(whole);
  });

  test('of a completion gives its text and its log-probabilities', () => {
    const part = (text: string, reason: string | null): string =>
      event({
        choices: [
          {
            index: 0,
            text,
            finish_reason: reason,
            logprobs: { tokens: [text], token_logprobs: [-1], top_logprobs: [null], text_offset: [0] },
          },
        ],
      });
    expect(read(part('a', null) + part('b', 'stop') + done)).toMatchObject({
      body: {
        choices: [
          { text: 'ab', logprobs: { tokens: ['a', 'b'], token_logprobs: [-1, -1], top_logprobs: [null, null] } },
        ],
      },
    });
  });

  test('has the name of the model, although its first event may have none', () => {
    const first = event({ model: '', system_fingerprint: '', choices: [], prompt_filter_results: [] });
    expect(read(first + interleaved)).toEqual(whole);
  });

  test('that sends a whole message in one event is read', () => {
    const message = event({ choices: [{ index: 0, message: { content: 'All.' }, finish_reason: 'stop' }] });
    expect(read(message + done)).toMatchObject({ body: { choices: [{ message: { content: 'All.' } }] } });
  });
});

describe('the end of a stream', () => {
  const before = (text: string): string => interleaved.slice(0, interleaved.indexOf(text));

  test('without [DONE] counts where each choice has its reason', () => {
    expect(read(interleaved.replace(done, ''))).toEqual(whole);
    expect(read(before(event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 9 } })))).toMatchObject({
      kind: 'body',
      body: { usage: undefined },
    });
  });

  test('before that is no short reply, wherever it comes', () => {
    const lastReason = interleaved.indexOf(chat(1, {}, 'length')) + chat(1, {}, 'length').length - 2;
    for (let length = 0; length < lastReason; length += 5) {
      expect(read(interleaved.slice(0, length))).toMatchObject({ kind: 'problem' });
    }
  });

  test('in the middle of the last event is a problem although the replies are there', () => {
    expect(read(interleaved.slice(0, interleaved.indexOf('"usage"')))).toMatchObject({ kind: 'problem' });
  });
});

describe('an error in a stream', () => {
  const first = chat(0, { content: 'Half' });

  test.each([
    ['vLLM', event({ error: { message: 'Died.', type: 'InternalServerError', code: 500 } }), 500],
    ['an older vLLM', event({ object: 'error', message: 'Too long.', type: 'BadRequestError', code: 400 }), 400],
    ['OpenAI', event({ error: { message: 'Died.', type: 'server_error', code: null } }), 500],
    ['OpenRouter', event({ error: { code: 502, message: 'x' }, choices: [{ index: 0, finish_reason: 'error' }] }), 502],
    ['an event of that name', 'event: error\ndata: {"message": "Died."}\n\n', 500],
    ['an event of that name without JSON', 'event: error\ndata: Died.\n\n', 500],
    ['an older llama.cpp', 'error: {"code": 503, "message": "Died."}\n\n', 503],
    ['a code that is no failure of the request', event({ error: { message: 'x', code: 404 } }), 500],
    ['a code that is no status', event({ error: { message: 'x', code: 7 } }), 500],
  ])('as %s writes it is none of the reply', (_name, text, status) => {
    for (const size of [1, Number.POSITIVE_INFINITY]) {
      expect(read(first + text + done, size)).toMatchObject({ kind: 'error', status });
    }
  });

  test.each([
    ['no JSON', 'data: {"choices": [\n\n'],
    ['no object', 'data: 7\n\n'],
    ['choices of another shape', event({ choices: 7 })],
    ['a choice of another shape', event({ choices: [7] })],
    ['a text of another shape', event({ choices: [{ index: 0, delta: { content: ['a'] } }] })],
  ])('that is %s shows at once, and ends it', (_name, text) => {
    const reader = createStreamReader();
    reader.push(encoder.encode(first + text));
    expect(reader.hasFailed).toBe(true);
    reader.push(encoder.encode(chat(0, {}, 'stop') + done));
    expect(reader.end()).toMatchObject({ kind: 'problem', text: expect.stringMatching(/.+/) });
  });
});

describe('large streams', () => {
  test('512 choices of 200 tokens are put together, each its own', () => {
    const reader = createStreamReader();
    for (let token = 0; token < 200; token++) {
      const events = Array.from({ length: 512 }, (_, index) => chat(index, { content: ` ${index}.${token}` }));
      reader.push(encoder.encode(events.join('')));
    }
    reader.push(encoder.encode(Array.from({ length: 512 }, (_, index) => chat(index, {}, 'stop')).join('') + done));
    const answer = reader.end();
    const choices = (answer.kind === 'body' ? answer.body.choices : []) as readonly {
      readonly message: { readonly content: string };
    }[];
    expect(choices).toHaveLength(512);
    expect(choices[300]?.message.content).toBe(Array.from({ length: 200 }, (_, token) => ` 300.${token}`).join(''));
  });

  test('an event that comes in a hundred thousand pieces takes no longer than its length asks', () => {
    const startedAt = process.cpuUsage();
    const text = 'x'.repeat(400_000);
    expect(read(chat(0, { content: text }, 'stop') + done, 4)).toMatchObject({
      body: { choices: [{ message: { content: text } }] },
    });
    // Of the processor's time, which a busy machine does not make longer.
    expect(process.cpuUsage(startedAt).user).toBeLessThan(2e6);
  });

  test('an event without an end is given up before it fills the memory', () => {
    const reader = createStreamReader();
    const piece = new Uint8Array(2 ** 22).fill(97);
    let pieces = 0;
    while (!reader.hasFailed && pieces < 100) {
      reader.push(piece);
      pieces += 1;
    }
    expect(pieces).toBe(17);
    expect(reader.end()).toMatchObject({ kind: 'problem', problem: 'One of its events has no end.' });
  });
});
