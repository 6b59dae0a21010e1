import { digest } from '@scalequest/core';
import type { Prompt } from '@scalequest/models';
import type { ProfileName } from '@scalequest/verifier/profiles';
import { z } from 'zod';

/** The verifier itself, or one of its profiles. */
export type GraderName = 'ours' | ProfileName;

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
] as const satisfies readonly GraderName[];

/** Where the problem goes in a template. */
export const problemSlot = '{problem}';

/**
 * How a benchmark is asked and read, as plain data: two runs with the same hash gave their models the same tokens and
 * read the replies the same way.
 */
export interface Protocol {
  readonly name: string;
  /** Raised with every change, however small; a released version never changes. */
  readonly version: number;
  /** `chat`: turns whose contents are templates. `completion`: one raw template, sent as it is. */
  readonly prompt:
    | {
        readonly kind: 'chat';
        readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
      }
    | { readonly kind: 'completion'; readonly template: string };
  readonly sampling: {
    /** 0 is greedy. */
    readonly temperature: number;
    readonly topP: number;
    /** Longest reply, in tokens. */
    readonly maxTokens: number;
    readonly stop: readonly string[];
  };
  /** Who finds the answer in a reply and judges it: `ours`, or the profile of the verifier that imitates the source. */
  readonly grader: GraderName;
}

const template: z.ZodType<string> = z.string();

export const protocolSchema: z.ZodType<Protocol> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.number().int().min(1),
  prompt: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('chat'),
      messages: z
        .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: template }))
        .min(1)
        .refine((messages) => messages.some(({ content }) => content.includes(problemSlot)), {
          message: `no message holds ${problemSlot}`,
        }),
    }),
    z.strictObject({
      kind: z.literal('completion'),
      template: template.refine((text) => text.includes(problemSlot), { message: `does not hold ${problemSlot}` }),
    }),
  ]),
  sampling: z.strictObject({
    temperature: z.number().min(0),
    topP: z.number().gt(0).max(1),
    maxTokens: z.number().int().min(1),
    stop: z.array(z.string().min(1)),
  }),
  grader: z.enum(graderNames),
});

/** What a user may set apart from the protocol's own sampling. It changes the hash, as it changes the numbers. */
export type SamplingOverrides = Partial<Omit<Protocol['sampling'], 'stop'>>;

/** A protocol with the overrides in it, and its identity. */
export interface ResolvedProtocol {
  readonly protocol: Protocol;
  /** `scalequest@1`, and `+temperature=0.7` for what was overridden. */
  readonly label: string;
  /** SHA-256 of the canonical JSON of `protocol`. */
  readonly sha256: string;
}

export function resolveProtocol(protocol: Protocol, overrides: SamplingOverrides = {}): ResolvedProtocol {
  const changed = Object.entries(overrides).filter(
    ([key, value]) => value !== undefined && value !== protocol.sampling[key as keyof SamplingOverrides],
  );
  const resolved = { ...protocol, sampling: { ...protocol.sampling, ...Object.fromEntries(changed) } };
  const suffix = changed.map(([key, value]) => `+${key}=${value}`).join('');
  return { protocol: resolved, label: `${protocol.name}@${protocol.version}${suffix}`, sha256: digest(resolved) };
}

/** The prompt of one problem. Only the slot is replaced: no other character of the template has a meaning. */
export function renderPrompt({ prompt }: Protocol, problem: string): Prompt {
  const fill = (text: string): string => text.split(problemSlot).join(problem);
  if (prompt.kind === 'completion') return { kind: 'completion', text: fill(prompt.template) };
  return {
    kind: 'chat',
    messages: prompt.messages.map(({ role, content }) => ({ role, content: fill(content) })),
  };
}
