import type { TrainConfig } from '../config/train-config.ts';
import type { TrainRow } from '../config/train-row.ts';

/** The fixed text of a bare prefix, where it is known. */
export interface PrefixText {
  readonly prefix: string;
  readonly end: string;
}

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A row in the columns that TRL reads. */
export type TrlRow = Readonly<Record<string, string | readonly Message[]>>;

/**
 * A row in TRL's columns: messages where the chat template is TRL's to apply, text where the prefix is fixed. Undefined for one
 * that TRL has no columns for.
 */
export function translateRow(row: TrainRow, config: TrainConfig, prefix: PrefixText | undefined): TrlRow | undefined {
  if ('segments' in row || 'target' in row) return undefined;
  if ('question' in row) return translateQuestion(row.question, config, prefix);
  if ('reply' in row) return translateReply(row, config);
  if ('answer' in row) return { prompt: [ask(row.prompt)], answer: row.answer };
  if (prefix !== undefined)
    return { prompt: prefix.prefix, chosen: `${row.chosen}${prefix.end}`, rejected: `${row.rejected}${prefix.end}` };
  return { prompt: [ask(row.prompt ?? '')], chosen: [say(row.chosen)], rejected: [say(row.rejected)] };
}

/** With a weight on the prefix all is trained, which TRL does with plain text; without, with prompt and completion. */
function translateQuestion(question: string, config: TrainConfig, prefix: PrefixText | undefined): TrlRow | undefined {
  if (prefix === undefined) return undefined;
  return config.kind === 'sft' && config.promptWeight === 1
    ? { text: `${prefix.prefix}${question}${prefix.end}` }
    : { prompt: prefix.prefix, completion: `${question}${prefix.end}` };
}

function translateReply(
  row: { readonly prompt: string; readonly reply?: string | undefined },
  config: TrainConfig,
): TrlRow {
  const [prompt, reply] = [ask(row.prompt), say(row.reply ?? '')];
  return config.kind === 'sft' && config.promptWeight === 1
    ? { messages: [prompt, reply] }
    : { prompt: [prompt], completion: [reply] };
}

function ask(content: string): Message {
  return { role: 'user', content };
}

function say(content: string): Message {
  return { role: 'assistant', content };
}
