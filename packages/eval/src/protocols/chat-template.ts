import { z } from 'zod';

/**
 * How turns are written as raw text: the markers around them, and the sentence that its models were trained to see. A
 * protocol with a template sends a raw completion, so that no server adds markers of its own.
 */
export interface ChatTemplate {
  readonly name: string;
  /**
   * Who writes the token that begins a text: `server`, which adds it to every raw prompt, or `text`, where it stands in
   * `begin`. A server that adds its own as well then gives the model two: many do, unless they are told not to.
   */
  readonly bos: 'server' | 'text';
  /** What stands before everything else. @defaultValue nothing */
  readonly begin?: string | undefined;
  /** Left out where the template knows no system turn. */
  readonly system?:
    | {
        readonly start: string;
        readonly end: string;
        /** What it says where the protocol has no system turn. @defaultValue then none is written */
        readonly text?: string | undefined;
      }
    | undefined;
  readonly user: { readonly start: string; readonly end: string };
  /** `end` stands only behind the replies of shots: the model writes its own. */
  readonly assistant: { readonly start: string; readonly end: string };
  /** What its models were trained to see around a question. Used where the protocol's instruction says `fromTemplate`. */
  readonly sentence?: { readonly before?: string | undefined; readonly after?: string | undefined } | undefined;
  /** Texts that end a reply, besides the protocol's own. */
  readonly stop: readonly string[];
}

export const chatTemplateSchema: z.ZodType<ChatTemplate> = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  bos: z.enum(['server', 'text']),
  begin: z.string().optional(),
  system: z.strictObject({ start: z.string(), end: z.string(), text: z.string().optional() }).optional(),
  user: z.strictObject({ start: z.string(), end: z.string() }),
  assistant: z.strictObject({ start: z.string(), end: z.string() }),
  sentence: z.strictObject({ before: z.string().optional(), after: z.string().optional() }).optional(),
  stop: z.array(z.string().min(1)),
});
