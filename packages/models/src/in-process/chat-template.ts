import { createRequire } from 'node:module';
import type { Template } from '@huggingface/jinja';
import type { ChatMessage } from '../model-client.ts';
import { chatTemplateMissing, describe, promptRefused } from './llama-errors.ts';

const require = createRequire(import.meta.url);

/** A part of a rendered conversation: what the template wrote, or what a message says. */
export interface ChatPart {
  readonly source: 'template' | 'message';
  readonly text: string;
}

export interface ChatTemplateOptions {
  /** Jinja, as `tokenizer.chat_template` of a GGUF file has it. */
  readonly template: string | undefined;
  readonly bosToken: string;
  readonly eosToken: string;
  /** Named in errors. */
  readonly path: string;
}

/** Writes a conversation, up to where the model goes on, as the template has it. Undefined parts cannot be told apart. */
export type RenderChat = (messages: readonly ChatMessage[]) => {
  readonly text: string;
  readonly parts: readonly ChatPart[] | undefined;
};

/**
 * Makes the renderer of a template. It is parsed at the first conversation, so that a file without one still completes text.
 *
 * What a message says is told apart from what the template wrote by rendering twice, once with marks in place of the messages.
 * Where a template changes a message's text (other than taking white space off its ends), that cannot be done.
 */
export function createChatTemplate({ template, bosToken, eosToken, path }: ChatTemplateOptions): RenderChat {
  let parsed: Template | undefined;

  const render = (messages: readonly ChatMessage[]): string => {
    if (template === undefined) throw chatTemplateMissing(path);
    try {
      parsed ??= new (loadJinja())(template);
      return parsed.render({ messages, add_generation_prompt: true, bos_token: bosToken, eos_token: eosToken });
    } catch (error) {
      throw promptRefused(
        `The chat template of ${path} does not take this conversation.`,
        `It says: ${describe(error)}`,
        "Give the messages the roles that it knows, or send a prompt of kind 'completion'.",
        error,
      );
    }
  };

  return (messages) => {
    const text = render(messages);
    const marks = messages.map((_, index) => `\u{E000}${index}\u{E001}`);
    const marked = render(messages.map(({ role }, index) => ({ role, content: marks[index] ?? '' })));
    for (const change of [(content: string) => content, (content: string) => content.trim()]) {
      const parts = splitAtMarks(marked, marks, (index) => change(messages[index]?.content ?? ''));
      if (parts.map((part) => part.text).join('') === text) return { text, parts };
    }
    return { text, parts: undefined };
  };
}

function splitAtMarks(marked: string, marks: readonly string[], getContent: (index: number) => string): ChatPart[] {
  return marked.split(/(\u{E000}\d+\u{E001})/u).flatMap((text): ChatPart[] => {
    if (text === '') return [];
    const index = marks.indexOf(text);
    return [index < 0 ? { source: 'template', text } : { source: 'message', text: getContent(index) }];
  });
}

/** Loaded at the first conversation. */
function loadJinja(): typeof Template {
  return (require('@huggingface/jinja') as { readonly Template: typeof Template }).Template;
}
