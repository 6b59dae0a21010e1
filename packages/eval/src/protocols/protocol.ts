import { digest } from '@scalequest/core';
import type { ProfileName } from '@scalequest/verifier/profiles';
import { z } from 'zod';
import { EvaluationError } from '../errors.ts';
import { type ChatTemplate, chatTemplateSchema } from './chat-template.ts';
import { problemSlot } from './fill-slots.ts';
import { findLooseSlot } from './find-loose-slot.ts';
import { type Instruction, instructionSchema } from './instruction.ts';
import { applyVariant, pickVariant } from './pick-variant.ts';
import { setShots } from './shots/set-shots.ts';
import { type Shot, type Shots, type ShotTexts, shotsSchema } from './shots/shots.ts';

/**
 * Graders that run tests: each is a way to find the program and the tests that it must pass, the benchmark's own or, by
 * the ending `-plus`, those that were added to it as well.
 */
export const codeGraderNames = [
  'tests',
  'tests-plus',
  'completion',
  'evalplus',
  'evalplus-plus',
  'lm-eval-instruct',
  'lm-eval-mbpp',
  'qwen25-coder',
  'qwen25-coder-plus',
] as const;

export type CodeGraderName = (typeof codeGraderNames)[number];

/** The verifier itself, one of its profiles, or tests. */
export type GraderName = 'ours' | ProfileName | CodeGraderName;

const graderNames = [
  'ours',
  'dart',
  'gsm8k-flexible',
  'gsm8k-strict',
  'hendrycks',
  'math-verify',
  'minerva',
  'olympiadbench',
  'qwen25',
  ...codeGraderNames,
] as const satisfies readonly GraderName[];

/** What is asked, how the reply is sampled and who reads it. */
export interface ProtocolForm {
  /**
   * `chat`: turns whose contents are templates; the server writes them as its model knows them, unless the protocol has
   * a `template`. `completion`: one raw template, sent as it is.
   */
  readonly prompt:
    | {
        readonly kind: 'chat';
        readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
      }
    | { readonly kind: 'completion'; readonly template: string };
  /** What is said around the problem, where the slot is. @defaultValue nothing */
  readonly instruction?: Instruction | undefined;
  /** Writes the turns as raw text. @defaultValue the server's own */
  readonly template?: ChatTemplate | undefined;
  /** @defaultValue none */
  readonly shots?: Shots | undefined;
  /** How the reply begins: the model goes on from here. Raw text only, as a server may end such a turn. @defaultValue nothing */
  readonly prefill?: string | undefined;
  readonly sampling: {
    /** 0 is greedy. */
    readonly temperature: number;
    readonly topP: number;
    /** Longest reply, in tokens. */
    readonly maxTokens: number;
    readonly stop: readonly string[];
  };
  /** Samples of each problem, where nothing else is asked for. @defaultValue 1 */
  readonly epochs?: number | undefined;
  /** Who finds the answer in a reply and judges it: `ours`, or the profile of the verifier that imitates the source. */
  readonly grader: GraderName;
}

/** What a protocol does otherwise for some benchmarks, or when it is named: `lm-eval@1:minerva_math`. */
export interface Variant extends Partial<Omit<ProtocolForm, 'sampling' | 'shots' | 'template' | 'prefill'>> {
  readonly name: string;
  /** Those that it is for without being named. */
  readonly benchmarks: readonly string[];
  readonly sampling?: Partial<ProtocolForm['sampling']> | undefined;
  /** null takes them away. */
  readonly shots?: Shots | null | undefined;
  readonly template?: ChatTemplate | null | undefined;
  readonly prefill?: string | null | undefined;
}

/**
 * How a benchmark is asked and read, as plain data: two runs with the same hash gave their models the same tokens and
 * read the replies the same way.
 */
export interface Protocol extends ProtocolForm {
  readonly name: string;
  /** Raised with every change, however small; a released version never changes. */
  readonly version: number;
  /** The only ones that it says something about. @defaultValue every benchmark */
  readonly benchmarks?: readonly string[] | undefined;
  readonly variants?: readonly Variant[] | undefined;
  /** Which variant this is, once it is resolved. */
  readonly variant?: string | undefined;
}

const name: z.ZodString = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/);

const prompt: z.ZodType<ProtocolForm['prompt']> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('chat'),
    messages: z
      .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
      .min(1)
      .refine((messages) => messages.filter(({ content }) => content.includes(problemSlot)).length === 1, {
        message: `not exactly one message holds ${problemSlot}`,
      }),
  }),
  z.strictObject({
    kind: z.literal('completion'),
    template: z.string().refine((text) => text.includes(problemSlot), { message: `does not hold ${problemSlot}` }),
  }),
]);

const sampling: z.ZodObject<{
  temperature: z.ZodNumber;
  topP: z.ZodNumber;
  maxTokens: z.ZodNumber;
  stop: z.ZodArray<z.ZodString>;
}> = z.strictObject({
  temperature: z.number().min(0),
  topP: z.number().gt(0).max(1),
  maxTokens: z.number().int().min(1),
  stop: z.array(z.string().min(1)),
});

const epochs: z.ZodNumber = z.number().int().min(1).max(10_000);

export const protocolSchema: z.ZodType<Protocol> = z
  .strictObject({
    name,
    version: z.number().int().min(1),
    prompt,
    instruction: instructionSchema.optional(),
    template: chatTemplateSchema.optional(),
    shots: shotsSchema.optional(),
    prefill: z.string().optional(),
    sampling,
    epochs: epochs.optional(),
    grader: z.enum(graderNames),
    benchmarks: z.array(z.string()).min(1).optional(),
    variant: name.optional(),
    variants: z
      .array(
        z.strictObject({
          name,
          benchmarks: z.array(z.string()),
          prompt: prompt.optional(),
          instruction: instructionSchema.optional(),
          template: chatTemplateSchema.nullable().optional(),
          shots: shotsSchema.nullable().optional(),
          prefill: z.string().nullable().optional(),
          sampling: sampling.partial().optional(),
          epochs: epochs.optional(),
          grader: z.enum(graderNames).optional(),
        }),
      )
      .optional(),
  })
  .superRefine((protocol, context) => {
    for (const form of [
      protocol,
      ...(protocol.variants ?? []).map((variant) => applyVariant(protocol as Protocol, variant as Variant)),
    ]) {
      const trouble = findContradiction(form as Protocol);
      if (trouble !== undefined) context.addIssue({ code: 'custom', path: [trouble.field], message: trouble.message });
    }
    if (protocol.variant !== undefined) {
      const message = 'says which variant a resolved protocol is; leave it out, and give this one a `name` of its own';
      context.addIssue({ code: 'custom', path: ['variant'], message });
    }
    for (const message of findRivals(protocol.variants ?? [])) {
      context.addIssue({ code: 'custom', path: ['variants'], message });
    }
  }) as unknown as z.ZodType<Protocol>;

function findContradiction(form: ProtocolForm): { readonly field: string; readonly message: string } | undefined {
  const isRaw = form.prompt.kind === 'completion';
  if (isRaw && form.template !== undefined)
    return { field: 'template', message: 'writes turns, and a completion has none' };
  if (form.prefill !== undefined && !isRaw && form.template === undefined) {
    return { field: 'prefill', message: 'needs raw text: a completion, or a template' };
  }
  if (isRaw && form.shots?.layout.kind === 'turns')
    return { field: 'shots.layout', message: 'are turns, and a completion has none' };
  if (form.instruction?.fromTemplate === true && form.template === undefined) {
    return { field: 'instruction.fromTemplate', message: 'needs a template' };
  }
  const loose = findLooseSlot(form);
  if (loose !== undefined) {
    const message = `holds ${loose.slot}, which nothing fills; what is meant so word for word can be the text of a slot of \`instruction\``;
    return { field: loose.field, message };
  }
  return undefined;
}

/** Variants of which only the first could ever be taken. */
function findRivals(variants: readonly Pick<Variant, 'name' | 'benchmarks'>[]): readonly string[] {
  const names = variants.map(({ name }) => name);
  const benchmarks = variants.flatMap(({ benchmarks: own }) => [...new Set(own)]);
  return [
    ...listRepeated(names).map((name) => `two are called '${name}'`),
    ...listRepeated(benchmarks).map((name) => `two are for the benchmark '${name}'`),
  ];
}

function listRepeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** What a user may set apart from the protocol's own sampling. It changes the hash, as it changes the numbers. */
export type SamplingOverrides = Partial<Omit<Protocol['sampling'], 'stop'>>;

/** What is known of a run when its protocol is resolved. */
export interface ProtocolChoices extends SamplingOverrides {
  /** Picks the variant that is for it. */
  readonly benchmark?: string;
  /** Picks a variant by name. */
  readonly variant?: string;
  /** Writes the turns, in place of the protocol's template or the server's. */
  readonly template?: ChatTemplate;
  /** The texts of the shots; {@link getShots} says which are needed. */
  readonly shots?: ShotTexts;
  readonly shotsCount?: number;
}

/** A protocol with the choices in it, and its identity. */
export interface ResolvedProtocol {
  readonly protocol: Protocol;
  /** `scalequest@1`, with `:variant`, and `+temperature=0.7` for what was overridden. */
  readonly label: string;
  /** SHA-256 of the canonical JSON of `protocol`, in which the texts of shots stand by their own hash. */
  readonly sha256: string;
  /** The texts that shots are drawn from. @defaultValue none */
  readonly shots?: readonly Shot[];
}

/**
 * The protocol as it is run: its variant for the benchmark, with the template, the shots and the sampling that were
 * asked for. Without choices it is the protocol itself.
 *
 * @throws EvaluationError where a choice does not fit the protocol
 */
export function resolveProtocol(protocol: Protocol, choices: ProtocolChoices = {}): ResolvedProtocol {
  const { benchmark, variant, template, shots: texts, shotsCount, ...overrides } = choices;
  const form = pickVariant(protocol, { benchmark, variant });
  const label = [`${form.name}@${form.version}${form.variant === undefined ? '' : `:${form.variant}`}`];
  const written = template === undefined ? form.template : setTemplate(form, template);
  if (digest(written ?? null) !== digest(form.template ?? null)) label.push(`template=${written?.name}`);
  const changed = Object.entries(overrides).filter(
    ([key, value]) => value !== undefined && value !== form.sampling[key as keyof SamplingOverrides],
  );
  label.push(...changed.map(([key, value]) => `${key}=${value}`));
  const shots = setShots(form, texts, shotsCount);
  if (shots !== undefined && shots.count !== form.shots?.count) label.push(`shots-count=${shots.count}`);
  if (texts?.kind === 'file' && shots?.sha256 !== undefined) label.push(`shots=${texts.sha256.slice(0, 8)}`);
  const sampling = { ...form.sampling, ...Object.fromEntries(changed) };
  const resolved: Protocol = {
    ...form,
    ...(written === undefined ? {} : { template: written }),
    ...(shots === undefined ? {} : { shots }),
    sampling: { ...sampling, stop: [...new Set([...sampling.stop, ...(written?.stop ?? [])])] },
  };
  return {
    protocol: resolved,
    label: label.join('+'),
    sha256: digest(resolved),
    ...(texts === undefined || shots === undefined ? {} : { shots: texts.shots }),
  };
}

/** The shots of a protocol for a benchmark, so that their texts can be loaded; undefined where it shows none. */
export function getShots(
  protocol: Protocol,
  choices: Pick<ProtocolChoices, 'benchmark' | 'variant' | 'shotsCount'>,
): Shots | undefined {
  const { shots } = pickVariant(protocol, choices);
  const count = choices.shotsCount ?? shots?.count ?? 0;
  return shots === undefined || count === 0 ? undefined : { ...shots, count };
}

function setTemplate({ name, prompt }: Protocol, template: ChatTemplate): ChatTemplate {
  const systems = prompt.kind === 'chat' ? prompt.messages.filter(({ role }) => role === 'system') : [];
  const isRaw = prompt.kind === 'completion';
  if (!isRaw && (systems.length === 0 || template.system !== undefined)) return template;
  throw new EvaluationError({
    code: 'TEMPLATE_NOT_USED',
    kind: 'request',
    what: `Protocol '${name}' cannot be written with template '${template.name}'.`,
    why: isRaw
      ? 'It sends raw text, which has no turns to write.'
      : 'The protocol has a system turn, and the template knows none.',
    next: isRaw ? 'Leave --template out.' : 'Choose another template: `scalequest protocols` lists them.',
    fields: { protocol: name, template: template.name },
  });
}
