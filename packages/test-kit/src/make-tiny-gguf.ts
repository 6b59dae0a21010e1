import { createRandom } from '@scalequest/core';

/** What may follow a token, and its logit; everything else has 0. Tokens are single characters of ASCII or words for control. */
export type Transition = readonly [from: string, to: string, logit: number];

export interface TinyGgufOptions {
  /** Makes a model that looks at the last token only. Without it the weights are random, and all tokens before count. */
  readonly transitions?: readonly Transition[];
  /** @defaultValue 256 */
  readonly contextLength?: number;
  /** `null` leaves it out. @defaultValue ChatML */
  readonly chatTemplate?: string | null;
  readonly seed?: number;
}

const chatMl: string = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}",
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');

const control = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
/** Room for a one-hot vector of each token, and a multiple of the head's 32. */
const width = 288;
const inner = 32;

/**
 * A llama model of one layer in the GGUF format, weights in f32, its tokens the 256 bytes and three words for control:
 * enough to run the real engine on, in a few hundred kilobytes that no repository has to hold.
 */
export function makeTinyGguf(options: TinyGgufOptions = {}): Uint8Array {
  const { transitions, contextLength = 256, chatTemplate = chatMl, seed = 0 } = options;
  const tokens = [...control, ...listByteTokens()];
  const random = createRandom(`tiny-gguf/${seed}`);
  const noise = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => (random.next() + random.next() + random.next() - 1.5) * scale);
  const zeros = (count: number): Float32Array => new Float32Array(count);
  const ones = (count: number): Float32Array => new Float32Array(count).fill(1);
  const isChain = transitions !== undefined;
  const weights = (count: number, scale: number): Float32Array => (isChain ? zeros(count) : noise(count, scale));

  const embedding = isChain ? zeros(width * tokens.length) : noise(width * tokens.length, 1);
  const output = isChain ? zeros(width * tokens.length) : noise(width * tokens.length, 0.25);
  if (isChain) for (let token = 0; token < tokens.length; token++) embedding[token * width + token] = 1;
  for (const [from, to, logit] of transitions ?? []) {
    // The norm makes a one-hot vector sqrt(width) long.
    output[tokens.indexOf(toTokenText(to)) * width + tokens.indexOf(toTokenText(from))] = logit / Math.sqrt(width);
  }
  return writeGguf(
    [
      ['general.architecture', 'llama'],
      ['general.name', 'tiny'],
      ['llama.block_count', 1],
      ['llama.context_length', contextLength],
      ['llama.embedding_length', width],
      ['llama.feed_forward_length', inner],
      ['llama.attention.head_count', width / 32],
      ['llama.attention.head_count_kv', width / 32],
      ['llama.attention.layer_norm_rms_epsilon', { float: 1e-6 }],
      ['llama.rope.dimension_count', 32],
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', 'qwen2'],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.token_type', tokens.map((_, index) => (index < control.length ? 3 : 1))],
      ['tokenizer.ggml.merges', []],
      ['tokenizer.ggml.eos_token_id', 2],
      ['tokenizer.ggml.padding_token_id', 0],
      ...(chatTemplate === null ? [] : [['tokenizer.chat_template', chatTemplate] as const]),
    ],
    [
      ['token_embd.weight', [width, tokens.length], embedding],
      ['output.weight', [width, tokens.length], output],
      ['output_norm.weight', [width], ones(width)],
      ['blk.0.attn_norm.weight', [width], ones(width)],
      ['blk.0.attn_q.weight', [width, width], weights(width * width, 0.1)],
      ['blk.0.attn_k.weight', [width, width], weights(width * width, 0.1)],
      ['blk.0.attn_v.weight', [width, width], weights(width * width, 0.1)],
      ['blk.0.attn_output.weight', [width, width], weights(width * width, 0.1)],
      ['blk.0.ffn_norm.weight', [width], ones(width)],
      ['blk.0.ffn_gate.weight', [width, inner], weights(width * inner, 0.1)],
      ['blk.0.ffn_up.weight', [width, inner], weights(width * inner, 0.1)],
      ['blk.0.ffn_down.weight', [inner, width], weights(width * inner, 0.1)],
    ],
  );
}

type Value = string | number | { readonly float: number } | readonly string[] | readonly number[];
type Tensor = readonly [name: string, shape: readonly number[], values: Float32Array];

const alignment = 32;
const types = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 };

function writeGguf(metadata: readonly (readonly [string, Value])[], tensors: readonly Tensor[]): Uint8Array {
  let offset = 0;
  const infos = tensors.flatMap(([name, shape, values]) => {
    const info = [text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)];
    offset += align(values.byteLength);
    return info;
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata.flatMap(([key, value]) => [text(key), ...encode(value)]),
    ...infos,
  ]);
  return Buffer.concat([
    head,
    Buffer.alloc(align(head.length) - head.length),
    ...tensors.flatMap(([, , values]) => [
      Buffer.from(values.buffer),
      Buffer.alloc(align(values.byteLength) - values.byteLength),
    ]),
  ]);
}

function encode(value: Value): Buffer[] {
  if (typeof value === 'string') return [u32(types.string), text(value)];
  if (typeof value === 'number') return [u32(types.uint32), u32(value)];
  if ('float' in value) {
    const float = Buffer.alloc(4);
    float.writeFloatLE(value.float);
    return [u32(types.float32), float];
  }
  const isNumbers = typeof value[0] === 'number';
  return [
    u32(types.array),
    u32(isNumbers ? types.int32 : types.string),
    u64(value.length),
    ...value.map((item) => (typeof item === 'number' ? u32(item) : text(item))),
  ];
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function align(size: number): number {
  return Math.ceil(size / alignment) * alignment;
}

/** Byte-level tokens write each byte as a visible character: itself where it is one, else one from U+0100 on. */
function listByteTokens(): string[] {
  const isVisible = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isVisible(byte) ? byte : next++));
}

function toTokenText(character: string): string {
  if (control.includes(character)) return character;
  const byte = Buffer.from(character, 'latin1')[0] ?? 0;
  return listByteTokens()[byte] ?? '';
}
