import { type ChatTemplate, chatTemplateSchema } from '@scalequest/eval';
import type { QuestionPrefix, RecipeForm } from '@scalequest/synth';
import { type LauncherChoice, launcherChoiceSchema, type TrainSettings } from '@scalequest/train-bridge';
import { z } from 'zod';

/** A model that is there already: behind servers of the user's, or a checkpoint that is served for as long as a step asks it. */
export interface GivenModel {
  /** As its servers call it. It stands in what the loop notes; where the servers are does not. */
  readonly model: string;
  /** Base URLs. */
  readonly endpoints?: readonly string[] | undefined;
  /** A file that lists them, and may change. */
  readonly endpointsFile?: string | undefined;
  /** A Hugging Face folder, a run folder of a training or a GGUF file. */
  readonly checkpoint?: string | undefined;
  /** The environment variable that holds the key. */
  readonly keyEnv?: string | undefined;
  /** Of a million tokens. */
  readonly prices?: { readonly in: number; readonly out: number } | undefined;
  /** Most requests at once to each server. @defaultValue 64 */
  readonly concurrency?: number | undefined;
  /** Longest time of one request. @defaultValue 600 */
  readonly timeoutSeconds?: number | undefined;
  /** In billions, for plans. @defaultValue read off the name where it says so (`-7B`) */
  readonly parameters?: number | undefined;
}

/** A model that a training begins with. */
export interface BaseModel {
  /** A Hugging Face folder, a run folder of a training or a GGUF file. @defaultValue in `modelsFolder` */
  readonly checkpoint?: string | undefined;
  /** In billions, for plans. */
  readonly parameters?: number | undefined;
}

/** What a generator of questions is made of. */
export interface GeneratorBase extends BaseModel {
  /** How it begins and ends a question, for another family of models. @defaultValue as the paper's model of that name does */
  readonly prefix?: QuestionPrefix | undefined;
  /** What its server puts before every text by itself, such as `<s>`. @defaultValue as the paper's model of that name has it */
  readonly beginning?: string | undefined;
}

/** A base model that learns from the dataset. Of the paper's students all is known; of others all must be there. */
export interface StudentModel extends BaseModel {
  /** Of its row in the leaderboard. */
  readonly title?: string | undefined;
  readonly learningRate?: number | undefined;
  /** A template of `scalequest eval` by its name, or one of the user's own, in which it is trained and asked. */
  readonly template?: string | ChatTemplate | undefined;
  /** What its server puts before every text by itself, such as `<s>`. @defaultValue nothing */
  readonly beginning?: string | undefined;
}

/** How checkpoints are served: as a child of the step, or by commands that somebody runs on GPU machines. */
export type ServeChoice = ServeHere | ServeElsewhere;

/** Settings of one server. */
export interface ServerSettings {
  /** @defaultValue vLLM where it is installed, else our own server */
  readonly engine?: 'auto' | 'vllm' | 'transformers' | undefined;
  /** For the engine as they are. */
  readonly args?: readonly string[] | undefined;
  /** As `CUDA_VISIBLE_DEVICES` has them: `0,1`. @defaultValue all */
  readonly gpus?: string | undefined;
  readonly maxContext?: number | undefined;
  readonly maxBatch?: number | undefined;
  /** Longest wait until it answers. @defaultValue 900 */
  readonly startTimeoutSeconds?: number | undefined;
}

interface ServeShared extends ServerSettings {
  /** Settings of single models over those of all, by role or by step: `{"reward": {"gpus": "7"}}`. */
  readonly models?: Readonly<Record<string, ServerSettings>> | undefined;
}

export interface ServeHere extends ServeShared {
  readonly way: 'here';
}

export interface ServeElsewhere extends ServeShared {
  readonly way: 'elsewhere';
  /** On a shared disk: a file of endpoints for each model. */
  readonly folder: string;
  /** How often a file is looked at. @defaultValue 5 */
  readonly pollSeconds?: number | undefined;
}

export interface TrainChoice {
  /** @defaultValue a process here */
  readonly launcher?: LauncherChoice | undefined;
  /** In its place, of all trainings of a kind (`student`) or of one (`qpo-qwen`). */
  readonly launchers?: Readonly<Record<string, LauncherChoice>> | undefined;
  /** @defaultValue SCALEQUEST_PYTHON, else one that is set up on first use */
  readonly python?: string | undefined;
  /**
   * Put over the recipes, by the kind of a training or the name of one: `{"qpo": {"optimizer.learningRate": 1e-6}}`. With
   * `{"sharding": "full"}` the processes of its launcher split the weights.
   */
  readonly settings?: Readonly<Record<string, TrainSettings>> | undefined;
}

/** Where benchmarks and training sets are. */
export interface DataChoice {
  readonly dataDir?: string | undefined;
  /** @defaultValue true */
  readonly allowDownload?: boolean | undefined;
}

/** A benchmark that students answer. */
export interface BenchmarkChoice {
  readonly name: string;
  /** @defaultValue all problems; with fewer there is no row in the leaderboard */
  readonly limit?: number | undefined;
}

/** A loop's configuration as the user writes it: only what differs from the paper must be there. */
export interface LoopConfig {
  /** Whose models these are by role: `rewriter`, `judge`, `responder`, `reward`, `difficulty`, `tester`. */
  readonly models?: Readonly<Record<string, GivenModel>> | undefined;
  /** Where checkpoints are that nothing else is said of, each under the last part of its name on the hub. */
  readonly modelsFolder?: string | undefined;
  /** What the generators of questions are made of. */
  readonly bases?: Readonly<Record<string, GeneratorBase>> | undefined;
  readonly students?: Readonly<Record<string, StudentModel>> | undefined;
  readonly train?: TrainChoice | undefined;
  readonly serve?: ServeChoice | undefined;
  readonly data?: DataChoice | undefined;
  /** A JSON Lines file with the questions that generators learn to ask from, under `key`. */
  readonly seeds?: { readonly file: string; readonly key?: string | undefined } | undefined;
  /** Share of the paper's counts. @defaultValue 1 */
  readonly scale?: number | undefined;
  /** Single counts in the place of the scaled ones. */
  readonly counts?: { readonly [Count in keyof LoopCounts]?: LoopCounts[Count] | undefined } | undefined;
  /** @defaultValue 'fixed' */
  readonly form?: RecipeForm | undefined;
  /**
   * A file or a folder of prompts in the place of the project's own, as `scalequest synth --prompts` takes it.
   *
   * @defaultValue the project's own
   */
  readonly prompts?: string | undefined;
  /** Test sets that questions are compared with; `[]` compares with none. @defaultValue those of `scalequest synth` */
  readonly decontaminate?: readonly string[] | undefined;
  readonly benchmarks?: readonly (string | BenchmarkChoice)[] | undefined;
  /** Of the evaluation. */
  readonly protocol?: string | undefined;
  /** Longest reply to a problem of a benchmark. @defaultValue the protocol's */
  readonly evaluationTokens?: number | undefined;
  /** Controls, each a dataset and a student more. @defaultValue none */
  readonly arms?: readonly ScalequestArm[] | undefined;
  /** The students that the controls are for. @defaultValue the first */
  readonly armStudents?: readonly string[] | undefined;
  /** Reported rows that stand in the board: a folder of files as `leaderboard/reported` has them. */
  readonly reported?: string | undefined;
  /** Licence of the dataset, for its card. @defaultValue none is named */
  readonly licence?: string | undefined;
}

export const scalequestArms = ['no-qpo', 'sft-chosen', 'no-filter', 'seeds-only', 'agreement-only'] as const;

/**
 * A control: the whole with one part left out or changed.
 *
 * - `no-qpo`: questions of the models after QFT
 * - `sft-chosen`: QFT on the rewritten questions in the place of QPO
 * - `no-filter`: every question that is asked, each with the first answer
 * - `seeds-only`: the questions of QFT, answered and selected as the others
 * - `agreement-only`: the answers that most agree on, whatever their reward
 */
export type ScalequestArm = (typeof scalequestArms)[number];

/** How much is made. */
export interface LoopCounts {
  /** Questions that the generators learn to ask from, of all training sets together. */
  readonly seeds: number;
  /** Questions that each generator is asked for the pairs of QPO. */
  readonly generations: number;
  /** Rows of the dataset, by generator; in the faithful form questions that are asked. */
  readonly rows: Readonly<Record<string, number>>;
}

/** The kinds of trainings, by which a configuration names all of a kind. */
export const trainingKinds = ['qft', 'qpo', 'sft-chosen', 'student'] as const;

const count = z.int().min(1);
const text = z.string().min(1);
const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'give small letters, digits and hyphens');

const serverSettings = {
  engine: z.enum(['auto', 'vllm', 'transformers']).optional(),
  args: z.array(text).optional(),
  gpus: z
    .string()
    .regex(/^[\w-]+(?:,[\w-]+)*$/, "give them as CUDA_VISIBLE_DEVICES has them: '0,1'")
    .optional(),
  maxContext: count.optional(),
  maxBatch: count.optional(),
  startTimeoutSeconds: count.optional(),
};
const serveShared = { ...serverSettings, models: z.record(name, z.strictObject(serverSettings)).optional() };

const givenModel = z
  .strictObject({
    model: text,
    endpoints: z
      .array(z.url({ protocol: /^https?$/ }))
      .min(1)
      .optional(),
    endpointsFile: text.optional(),
    checkpoint: text.optional(),
    keyEnv: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'give the name of an environment variable, and never the key itself')
      .optional(),
    prices: z.strictObject({ in: z.number().min(0), out: z.number().min(0) }).optional(),
    concurrency: count.max(10_000).optional(),
    timeoutSeconds: count.optional(),
    parameters: z.number().positive().optional(),
  })
  .refine(
    ({ endpoints, endpointsFile, checkpoint }) =>
      [endpoints, endpointsFile, checkpoint].filter((one) => one !== undefined).length === 1,
    { message: 'give one of "endpoints", "endpointsFile" and "checkpoint"' },
  );

const baseModel = { checkpoint: text.optional(), parameters: z.number().positive().optional() };

const prefix: z.ZodType<QuestionPrefix> = z.strictObject({
  name: text,
  prefix: text,
  lead: z.string().optional(),
  ending: text,
  stop: z.array(text).min(1),
  source: text,
}) as unknown as z.ZodType<QuestionPrefix>;

const shape = {
  models: z.record(name, givenModel).optional(),
  modelsFolder: text.optional(),
  bases: z
    .record(name, z.strictObject({ ...baseModel, prefix: prefix.optional(), beginning: z.string().optional() }))
    .optional(),
  students: z
    .record(
      name,
      z.strictObject({
        ...baseModel,
        title: text.optional(),
        learningRate: z.number().positive().max(1).optional(),
        template: z.union([text, chatTemplateSchema]).optional(),
        beginning: z.string().optional(),
      }),
    )
    .refine((students) => Object.keys(students).length > 0, 'give one at least')
    .optional(),
  train: z
    .strictObject({
      launcher: launcherChoiceSchema.optional(),
      launchers: z.record(name, launcherChoiceSchema).optional(),
      python: text.optional(),
      settings: z.record(name, z.record(text, z.unknown())).optional(),
    })
    .optional(),
  serve: z
    .discriminatedUnion('way', [
      z.strictObject({ way: z.literal('here'), ...serveShared }),
      z.strictObject({
        way: z.literal('elsewhere'),
        folder: text,
        pollSeconds: z.number().positive().optional(),
        ...serveShared,
      }),
    ])
    .optional(),
  data: z.strictObject({ dataDir: text.optional(), allowDownload: z.boolean().optional() }).optional(),
  seeds: z.strictObject({ file: text, key: text.optional() }).optional(),
  scale: z.number().positive().max(1).optional(),
  counts: z
    .strictObject({ seeds: count.optional(), generations: count.optional(), rows: z.record(name, count).optional() })
    .optional(),
  form: z.enum(['faithful', 'fixed']).optional(),
  prompts: text.optional(),
  decontaminate: z.array(text).optional(),
  benchmarks: z
    .array(z.union([text, z.strictObject({ name: text, limit: count.optional() })]))
    .min(1)
    .optional(),
  protocol: text.optional(),
  evaluationTokens: count.optional(),
  arms: z.array(z.enum(scalequestArms)).optional(),
  armStudents: z.array(name).min(1).optional(),
  reported: text.optional(),
  licence: text.optional(),
};

export const loopConfigSchema: z.ZodType<LoopConfig> = z.strictObject(shape);

/** What a configuration may hold. */
export const loopConfigKeys: readonly string[] = Object.keys(shape);
