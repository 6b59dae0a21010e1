import { policyNames, type Reward, type Verdict, type VerifyOptions } from '@scalequest/verifier';
import { type ProfileName, profiles } from '@scalequest/verifier/profiles';
import { z } from 'zod';

/** The most engine steps that a client may ask for: about two seconds, which no budget of a pool allows anyway. */
const mostFuel = 20_000_000;

const profileNames = [...profiles.keys()] as ProfileName[];

/** One item, as far as we read it: `candidate` or `reply`, one of the two. */
export interface Item {
  readonly reference: string;
  readonly candidate?: string | undefined;
  readonly reply?: string | undefined;
  readonly mode?: 'reply' | 'answer' | undefined;
  readonly problem?: string | undefined;
}

/** A request whose items are yet to be read. */
export interface VerifyRequest {
  readonly items: readonly unknown[];
  readonly profile?: ProfileName;
  /** Nothing in it that was not given. */
  readonly options: VerifyOptions;
}

/** Why something is refused, as clients see it. */
export interface ErrorEntry {
  readonly code: string;
  readonly message: string;
}

/** In place of the verdict of an item that could not be read. */
export interface BadItem {
  readonly error: ErrorEntry;
}

export interface JudgedItem {
  readonly verdict: Verdict;
  readonly reward: Reward;
  readonly rule: string;
  readonly reason?: string;
  readonly answer?: string;
  readonly policies?: readonly string[];
}

/** One item as a client writes it. Fields that are not known, such as an `id` of the client's own, are passed over. */
export const itemSchema: z.ZodType<Item> = z
  .object({
    reference: z.string().describe('The answer known to be right, as LaTeX or plain text.'),
    candidate: z.string().optional().describe('The answer under test. Give this or `reply`.'),
    reply: z.string().optional().describe("The model's whole reply, from which the answer is extracted."),
    mode: z.enum(['reply', 'answer']).optional().describe('Whether `reply` is a whole reply or an answer alone.'),
    problem: z.string().optional().describe('The question, which some policies and profiles read.'),
  })
  .refine(({ candidate, reply }) => (candidate === undefined) !== (reply === undefined), {
    message: 'needs "candidate" or "reply", one of the two',
  })
  .meta({ id: 'Item', description: 'An answer (`candidate`) or a reply to compare with a reference: one of the two.' });

const bound = z.union([z.string().max(200), z.number()]);

const optionsShape = {
  preset: z
    .enum(['strict', 'benchmark'])
    .optional()
    .describe('Which leniencies an `equal` may rest on. Default: `strict`, the preset for rewards.'),
  policies: z
    .partialRecord(z.enum(policyNames), z.boolean())
    .optional()
    .describe('Turns single leniencies on or off, over the preset.'),
  proofs: z
    .partialRecord(z.enum(['modular', 'interval', 'cas']), z.boolean())
    .optional()
    .describe('Turns single kinds of proof on or off, over the preset.'),
  tolerance: z
    .strictObject({
      absolute: z
        .union([bound, z.array(bound).max(1000)])
        .optional()
        .describe('Bound on the difference; a list has one for each answer.'),
      relative: bound.optional().describe('Bound on the difference as a share of the larger number.'),
    })
    .optional()
    .describe('How far apart two numbers may be. Decided exactly: write `"1e-4"` for a bound that no double is.'),
  fuel: z
    .number()
    .positive()
    .max(mostFuel)
    .optional()
    .describe('The most engine steps of one comparison. Default: 2,000,000.'),
  profile: z
    .enum(profileNames)
    .optional()
    .describe('Judges replies as another system does, by its own rules; stands alone among the options.'),
};

/** A request as the OpenAPI document shows it. */
export const documentedRequestSchema: z.ZodType = z
  .strictObject({ items: z.array(itemSchema), ...optionsShape })
  .meta({ id: 'VerifyRequest' });

/** A request as it is read: each item is looked at on its own, so that a bad one costs no other its verdict. */
export const requestSchema: z.ZodType<VerifyRequest> = z
  .strictObject({ items: z.array(z.unknown()), ...optionsShape })
  .transform(({ items, profile, ...given }) => {
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return { items, ...(profile === undefined ? {} : { profile }), options };
  })
  .refine(({ profile, options }) => profile === undefined || Object.keys(options).length === 0, {
    message: 'has rules of its own; leave out preset, policies, proofs, tolerance and fuel',
    path: ['profile'],
  });

const errorSchema = z
  .object({
    code: z.string().describe('Stable name to branch on.'),
    message: z.string().describe('What happened, for people.'),
  })
  .meta({ id: 'Error' });

const judgedItemSchema = z
  .object({
    verdict: z.enum(['equal', 'different', 'undecided']),
    reward: z
      .union([z.literal(0), z.literal(1), z.null()])
      .describe('1 for `equal`; null where the reference cannot be read, which no reply can bring about; else 0.'),
    rule: z.string().describe('The check that gave the verdict; `none` where none could, `profile` under a profile.'),
    reason: z.string().optional().describe('Why the verdict is `undecided`.'),
    answer: z.string().optional().describe('The answer that was extracted from the reply.'),
    policies: z
      .array(z.string())
      .optional()
      .describe('The leniencies that were needed; left out where there are none.'),
  })
  .meta({ id: 'JudgedItem' });

const badItemSchema = z
  .object({ error: errorSchema })
  .meta({ id: 'BadItem', description: 'In place of the verdict of an item that could not be read.' });

export const responseSchema: z.ZodType = z
  .object({ items: z.array(z.union([judgedItemSchema, badItemSchema])) })
  .meta({ id: 'VerifyResponse', description: 'One entry for each item, in their order.' });

export const errorResponseSchema: z.ZodType = z.object({ error: errorSchema }).meta({ id: 'ErrorResponse' });

export const healthSchema: z.ZodType = z.object({ status: z.string() }).meta({ id: 'Health' });
