/** The text of a reply while its tokens come in. */
export interface ReplyText {
  /** Adds a token. True where a stop string is reached: the text ends before it. */
  readonly push: (token: number) => boolean;
  /** Adds what was held back. True where that reaches a stop string. */
  readonly end: () => boolean;
  readonly text: string;
}

export interface ReplyTextOptions {
  /** The text of some tokens, after others. A character that is cut in its middle comes as U+FFFD. */
  readonly detokenize: (tokens: readonly number[], before: readonly number[]) => string;
  readonly stop: readonly string[];
}

/** Tokens that one character may take; with more, U+FFFD is what the model wrote. */
const maxHeldTokens = 6;

/** Tokens before those that are read, for tokenizers that write a space by what comes before it. */
const contextTokens = 4;

/**
 * Puts a reply together token by token. A character of several tokens is added when its last byte is there, and a stop
 * string is found wherever it lies over the borders of tokens.
 */
export function createReplyText({ detokenize, stop }: ReplyTextOptions): ReplyText {
  const stops = stop.filter((one) => one !== '');
  const longestStop = Math.max(0, ...stops.map((one) => one.length));
  let text = '';
  let held: number[] = [];
  let before: number[] = [];

  const add = (piece: string): boolean => {
    const searchFrom = Math.max(0, text.length - longestStop + 1);
    text += piece;
    const found = stops.map((one) => text.indexOf(one, searchFrom)).filter((index) => index >= 0);
    if (found.length === 0) return false;
    text = text.slice(0, Math.min(...found));
    return true;
  };
  const takeHeld = (piece: string): boolean => {
    before = [...before, ...held].slice(-contextTokens);
    held = [];
    return add(piece);
  };

  return {
    push: (token) => {
      held.push(token);
      const piece = detokenize(held, before);
      if (piece.endsWith('\u{FFFD}') && held.length < maxHeldTokens) return false;
      return takeHeld(piece);
    },
    end: () => held.length > 0 && takeHeld(detokenize(held, before)),
    get text() {
      return text;
    },
  };
}
