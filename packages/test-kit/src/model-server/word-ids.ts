/** A tokenizer whose tokens are words with the space before them. Ids are given as words come. */
export interface WordIds {
  /** The id that stands before a text. */
  readonly beginning: number;
  readonly toIds: (text: string) => readonly number[];
  readonly toText: (ids: readonly unknown[]) => string;
}

export function createWordIds(): WordIds {
  const words = ['<unk>', '<s>'];
  const ids = new Map(words.map((word, id) => [word, id]));
  const getId = (word: string): number => {
    const known = ids.get(word);
    if (known !== undefined) return known;
    ids.set(word, words.length);
    return words.push(word) - 1;
  };
  return {
    beginning: 1,
    toIds: (text) => (text.match(/\s*\S+\s*$|\s*\S+/g) ?? []).map(getId),
    toText: (asked) => asked.map((id) => words[Number(id)] ?? words[0]).join(''),
  };
}
