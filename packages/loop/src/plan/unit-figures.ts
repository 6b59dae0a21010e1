/**
 * Who says so. `paper`: measured by ScaleQuest's authors. `others`: measured by somebody else. `ours`: measured by this project.
 * `derived`: computed from those. `assumed`: nobody measured it; a plan that rests on it says so.
 */
export type FigureMark = 'paper' | 'others' | 'ours' | 'derived' | 'assumed';

/** One figure from which a plan is computed. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly mark: FigureMark;
  /** Where it stands, or how it comes about. */
  readonly source: string;
}

/**
 * Every figure, by its name. A file of a user's own may put another value in the place of any: see {@link readFigures}.
 *
 * Tokens are of a question, a reply or a prompt on average. Speeds are of one GPU and a model of the size that stands in the source;
 * `rates.ts` says how they go over to other sizes.
 */
const figureTable = {
  'question.tokens': [55, 'tokens', 'ours', '100 released questions have 196 characters on average, 48 to 56 tokens'],
  'response.tokens': [
    390,
    'tokens',
    'derived',
    "the kept pairs behind the paper's prices of GPT-4 and GPT-4o: 392 tokens each",
  ],
  'judgement.tokens': [
    312,
    'tokens',
    'derived',
    'about 0.5 billion tokens for 1.6 million judgements with their reasoning',
  ],
  'rewriting.tokens': [
    445,
    'tokens',
    'derived',
    "20,000 rewritings of 285 prompt tokens come to the paper's $6.2 at the list price of GPT-4o-mini",
  ],
  'long-response.tokens': [5_000, 'tokens', 'assumed', 'a long chain of thought; the recipe allows 16,384'],
  'code-response.tokens': [
    570,
    'tokens',
    'derived',
    'rows of the released ScaleQuest-Code have 2.4 KB, of which about 2 KB are the response',
  ],
  'tests.tokens': [250, 'tokens', 'assumed', 'a signature and a few asserts'],
  'prefix.tokens': [25, 'tokens', 'derived', '0.05 billion tokens of prompts for 2 million questions'],
  'judge-prompt.tokens': [
    210,
    'tokens',
    'ours',
    "the project's own prompt, at 4.2 characters a token, without the question",
  ],
  'solve-prompt.tokens': [45, 'tokens', 'ours', "the project's own prompt with a chat template, without the question"],
  'rewrite-prompt.tokens': [230, 'tokens', 'ours', "the project's own prompts, without the question"],
  'tests-prompt.tokens': [180, 'tokens', 'ours', "the project's own prompt, without the question"],
  'scored-pair.tokens': [
    440,
    'tokens',
    'derived',
    'a question with its response: about 4.4 billion tokens for 10 million',
  ],
  'evaluated-reply.tokens': [
    500,
    'tokens',
    'assumed',
    'recorded replies to MATH have about 400; some run to the limit of 2,048',
  ],
  'evaluated-program.tokens': [400, 'tokens', 'assumed', 'a program with its explanation'],
  'evaluated-thought.tokens': [8_000, 'tokens', 'assumed', 'a long chain of thought to a problem of a competition'],
  'evaluated-prompt.tokens': [150, 'tokens', 'assumed', 'a problem within its template'],

  'language.yield': [
    0.799,
    'share',
    'paper',
    'arXiv 2410.18693v2: 20.1 % of 2 million questions go; ours is another filter',
  ],
  'solvability.yield': [0.757, 'share', 'paper', 'arXiv 2410.18693v2: 19.4 % of 2 million go, of 79.9 % that are left'],
  'duplicates.yield': [
    0.97,
    'share',
    'assumed',
    "less than 0.1 % are exact (the paper's issue 3); near ones nobody counted",
  ],
  'decontamination.yield': [0.99, 'share', 'assumed', 'nobody counted it over generated questions'],
  'seeds.yield': [
    0.9626,
    'share',
    'ours',
    '560 of the 14,971 training questions of GSM8K and MATH hold a test question',
  ],
  'rewriting.yield': [0.95, 'share', 'assumed', 'rewritings that are whole, changed and in English'],
  'agreement.yield': [0.95, 'share', 'assumed', 'questions of which two of five answers agree'],
  'tests.yield': [0.9, 'share', 'assumed', 'tasks for which tests are written that can be read'],
  'programs.yield': [0.7, 'share', 'assumed', 'tasks of which one of five programs passes'],

  'text.bytes-per-token': [3.4, 'bytes', 'derived', '1,224 characters of a released response in 350 to 390 tokens'],
  'shard.bytes-per-byte': [
    0.32,
    'share',
    'ours',
    'training rows of MATH and GSM8K pack to 0.27 and 0.32 by gzip (docs/synthesis.md)',
  ],
  'row.bytes': [1_500, 'bytes', 'ours', 'the released train.json: 1.51 GB for a million rows'],
  'training.checkpoint-bytes': [12, 'bytes per parameter', 'derived', 'weights and two moments of AdamW in float32'],
  'training.checkpoints': [
    2,
    'checkpoints',
    'derived',
    '`keepCheckpoints` of the recipes for models of billions of weights',
  ],
  'training.out-bytes': [4, 'bytes per parameter', 'derived', 'the model is written in float32'],
  'training.memory-bytes': [
    16,
    'bytes per parameter',
    'derived',
    'weights, gradients and two moments in float32: on each GPU, or split over those that share a training',
  ],
  'training.reference-bytes': [
    4,
    'bytes per parameter',
    'derived',
    "QPO's reference is a copy of the model in float32, split as the model is",
  ],
  'training.gathered-bytes': [
    1.5,
    'bytes per parameter',
    'derived',
    'of a split model a GPU has embeddings and head whole (at most 15 % of the weights) and two layers (6 %): in bfloat16, their gradients too, and these once in float32',
  ],
  'training.utilisation': [
    0.35,
    'share',
    'assumed',
    "of a GPU's peak in bfloat16; QFT and QPO of the paper had far less",
  ],
  'training.flops': [6, 'FLOP per parameter and token', 'derived', 'forward 2, backward 4'],
  'training.flops-recomputed': [
    8,
    'FLOP per parameter and token',
    'derived',
    'forward twice, as activations are computed again',
  ],

  'a100-40g.memory': [40, 'GB', 'others', "NVIDIA's data sheet"],
  'a100-40g.peak': [312, 'TFLOP/s', 'others', "NVIDIA's data sheet, bfloat16"],
  'a100-40g.price': [1.29, '$ per GPU hour', 'paper', "the paper's costs: $49.5 for 38.4 hours"],
  'a100-40g.questions': [
    796,
    'tokens per second',
    'paper',
    "the paper's costs: 2 million questions of 55 tokens in 38.4 hours, 7B",
  ],
  'a100-40g.replies': [
    2_158,
    'tokens per second',
    'paper',
    "the paper's costs: 5 million responses of 390 tokens in 251 hours, 7B",
  ],
  'a100-40g.scores': [
    12.4,
    'rows per second',
    'paper',
    "the paper's costs: 5 million rewards in 112 hours, one at a time, 7B",
  ],
  'a100-40g.qft': [
    170,
    'tokens per second',
    'paper',
    "the paper's costs: 15,000 questions with their prefix in 1.95 hours, 7B, ZeRO-3",
  ],
  'a100-40g.qpo': [
    135,
    'tokens per second',
    'paper',
    "the paper's costs: 20,000 pairs with their prefix in 6.6 hours, 7B, ZeRO-3",
  ],

  'h100.memory': [80, 'GB', 'others', "NVIDIA's data sheet"],
  'h100.peak': [989, 'TFLOP/s', 'others', "NVIDIA's data sheet, bfloat16 without sparsity"],
  'h100.price': [3, '$ per GPU hour', 'assumed', 'list prices of 2026 go from 2.5 to 4; yours decides'],
  'h100.questions': [6_350, 'tokens per second', 'derived', 'as replies, where 32 questions share a request'],
  'h100.replies-4b': [8_100, 'tokens per second', 'others', 'datatrove: Qwen3-4B'],
  'h100.replies': [6_350, 'tokens per second', 'others', 'datatrove: Qwen3-8B, 6.3 to 6.4 thousand'],
  'h100.replies-14b': [4_500, 'tokens per second', 'others', 'datatrove: Qwen3-14B'],
  'h100.scores': [
    64,
    'rows per second',
    'derived',
    '440 tokens through 7 billion weights at 40 % of the peak, in batches',
  ],

  'h200.memory': [141, 'GB', 'others', "NVIDIA's data sheet"],
  'h200.peak': [989, 'TFLOP/s', 'others', "NVIDIA's data sheet, bfloat16 without sparsity"],
  'h200.price': [3.5, '$ per GPU hour', 'assumed', 'yours decides'],
  'h200.questions': [6_350, 'tokens per second', 'derived', 'as an H100, whose processors it has'],
  'h200.replies': [6_350, 'tokens per second', 'derived', 'as an H100, whose processors it has'],
  'h200.scores': [64, 'rows per second', 'derived', 'as an H100, whose processors it has'],

  'gpt-4o-mini.prompt-price': [0.15, '$ per million tokens', 'others', "OpenAI's list price, November 2026"],
  'gpt-4o-mini.completion-price': [0.6, '$ per million tokens', 'others', "OpenAI's list price, November 2026"],
} as const;

export type FigureName = keyof typeof figureTable;

/** All figures of a plan, those of a user's own among them. */
export type UnitFigures = Readonly<Record<FigureName, Figure>>;

export const unitFigures: UnitFigures = Object.fromEntries(
  Object.entries(figureTable).map(([name, [value, unit, mark, source]]) => [name, { value, unit, mark, source }]),
) as Record<FigureName, Figure>;

/** The value of a figure. Whoever hands it out sees which are asked for. */
export type ReadFigure = (name: FigureName) => number;

/** GPUs whose figures are known. */
export const gpuKinds = ['a100-40g', 'h100', 'h200'] as const;
export type GpuKind = (typeof gpuKinds)[number];
