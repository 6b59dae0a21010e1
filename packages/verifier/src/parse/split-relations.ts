import { isLetter } from '../chars.ts';
import { readBracket } from '../text/brackets.ts';

/** Signs that relate what stands on their two sides. `>` and `\ge` keep their direction. */
export type RelationSign =
  | '='
  | '<'
  | '>'
  | '\\le'
  | '\\ge'
  | '\\ne'
  | '\\in'
  | '\\notin'
  | '\\approx'
  | '\\equiv'
  | '\\to';

/** The sides of `a < b < c` and the signs between them, one fewer. */
export interface RelationChain {
  readonly sides: readonly string[];
  readonly signs: readonly RelationSign[];
}

const signs: readonly (readonly [text: string, sign: RelationSign])[] = [
  ['<=', '\\le'],
  ['>=', '\\ge'],
  ['!=', '\\ne'],
  ['==', '='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
  ['\\le', '\\le'],
  ['\\ge', '\\ge'],
  ['\\ne', '\\ne'],
  ['\\notin', '\\notin'],
  ['\\in', '\\in'],
  ['\\approx', '\\approx'],
  ['\\equiv', '\\equiv'],
  ['\\to', '\\to'],
];

/**
 * Splits a text at its top-level signs of relation; one side and no sign where it has none. Null when its brackets do
 * not match. A side may be empty, as in `=5`.
 */
export function splitRelations(text: string): RelationChain | null {
  const sides: string[] = [];
  const found: RelationSign[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; ) {
    const sign = depth === 0 ? findSign(text, i) : undefined;
    if (sign !== undefined) {
      sides.push(text.slice(start, i).trim());
      found.push(sign[1]);
      i += sign[0].length;
      start = i;
      continue;
    }
    const { change, width } = readBracket(text, i);
    depth += change;
    if (depth < 0) return null;
    i += width;
  }
  if (depth !== 0) return null;
  sides.push(text.slice(start).trim());
  return { sides, signs: found };
}

function findSign(text: string, index: number): readonly [string, RelationSign] | undefined {
  const code = text.charCodeAt(index);
  if (code !== 92 && code !== 61 && code !== 60 && code !== 62 && code !== 33) return undefined;
  return signs.find(([sign]) => {
    if (!text.startsWith(sign, index)) return false;
    return code !== 92 || !isLetter(text.charCodeAt(index + sign.length));
  });
}
