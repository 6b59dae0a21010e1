/** Collects a text that comes in many pieces. */
export interface TextBuilder {
  /** Adds a piece; nothing where it is null or undefined. False where it is no text. */
  readonly add: (piece: unknown) => boolean;
  readonly build: () => string;
}

/** Pieces that are joined at once. */
const blockSize = 256;

/**
 * Makes a text of its pieces in linear time, and keeps few of them: as many single tokens, or as links of a rope, the
 * replies of a request for hundreds of samples would take many times the memory of their text.
 */
export function createTextBuilder(): TextBuilder {
  const blocks: string[] = [];
  let pieces: string[] = [];
  return {
    add: (piece) => {
      if (piece === undefined || piece === null) return true;
      if (typeof piece !== 'string') return false;
      if (piece !== '') pieces.push(piece);
      if (pieces.length === blockSize) {
        blocks.push(pieces.join(''));
        pieces = [];
      }
      return true;
    },
    build: () => blocks.join('') + pieces.join(''),
  };
}
