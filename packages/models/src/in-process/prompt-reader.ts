import type { ChatMessage, Prompt } from '../model-client.ts';
import type { ChatPart, RenderChat } from './chat-template.ts';
import { promptRefused } from './llama-errors.ts';

export interface PromptReaderOptions {
  /** Tokens of a text that counts as plain, or in which the model's own words for control count. */
  readonly tokenize: (text: string, options: { readonly parsesControl: boolean }) => readonly number[];
  /** The model's words for control, such as `<|im_end|>`, and their tokens. */
  readonly controlTokens: ReadonlyMap<string, number>;
  /** The token that stands before every text, where the model has one. */
  readonly firstToken: number | undefined;
  readonly renderChat: RenderChat;
}

export type ReadPrompt = (prompt: Prompt) => readonly number[];

/**
 * Turns prompts into tokens. In a conversation the words for control count where the template wrote them, and are plain
 * text where a message has them: a user's `<|im_end|>` ends no turn. Raw text is taken as it stands, control and all,
 * which is what a bare prefix needs.
 */
export function createPromptReader(options: PromptReaderOptions): ReadPrompt {
  const { tokenize, controlTokens, firstToken, renderChat } = options;
  // The longest first, so that none hides in another.
  const words = [...controlTokens.keys()].filter((word) => word !== '').sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${words.map(escapeText).join('|')})`, 'u');
  const hasControl = (text: string): boolean => words.some((word) => text.includes(word));

  const readParts = (parts: readonly ChatPart[]): readonly number[] => {
    const tokens: number[] = [];
    let plain = '';
    const endPlain = (): void => {
      // What stands between two words for control is one text, as the model was trained on it.
      if (plain !== '') tokens.push(...tokenize(plain, { parsesControl: false }));
      plain = '';
    };
    for (const { source, text } of parts) {
      for (const piece of source === 'message' || words.length === 0 ? [text] : text.split(pattern)) {
        const control = source === 'template' ? controlTokens.get(piece) : undefined;
        if (control === undefined) {
          plain += piece;
          continue;
        }
        endPlain();
        tokens.push(control);
      }
    }
    endPlain();
    return tokens;
  };

  const readChat = (messages: readonly ChatMessage[]): readonly number[] => {
    const { text, parts } = renderChat(messages);
    if (parts !== undefined) return readParts(parts);
    if (messages.every(({ content }) => !hasControl(content))) return readParts([{ source: 'template', text }]);
    throw promptRefused(
      "A message holds one of the model's words for control, and its chat template rewrites messages.",
      'What the message says and what the template wrote cannot be told apart.',
      "Take such words out of the message, or send a prompt of kind 'completion'.",
    );
  };

  return (prompt) => {
    if (prompt.kind === 'chat') return readChat(prompt.messages);
    const tokens = tokenize(prompt.text, { parsesControl: true });
    return firstToken === undefined || tokens[0] === firstToken ? tokens : [firstToken, ...tokens];
  };
}

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
