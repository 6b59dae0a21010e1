import type { Expression } from '../../expression/expression.ts';
import { replaceSymbols } from '../../expression/symbols.ts';
import type { Reader } from '../reader.ts';

/** The names under which unit vectors stand in an expression. */
export const unitVectors = ['\\mathbf{i}', '\\mathbf{j}', '\\mathbf{k}'] as const;

const accent = '\\\\(?:mathbf|hat|vec|bm|boldsymbol|overrightarrow|widehat)';
const letter = '[ \\\\]([ijk])(?:math)?(?![a-z])';
const marked = new RegExp(`${accent}(?:\\{${accent}${letter}\\}|${letter})`, 'g');

const letters = 'ijk';

/** Reads `2\mathbf{i} - 3\hat{j}` as an expression in unit vectors; null where it is none. */
export function readUnitVectors(text: string, reader: Reader): Expression | null {
  // A name that no answer has, and that the grammar of expressions takes.
  const spelled = text.replaceAll(
    marked,
    (_, braced: string | undefined, bare: string | undefined) => `\\xi_{0${braced ?? bare}0}`,
  );
  if (spelled === text || text.includes('\\xi')) return null;
  const expression = reader.readExpression(spelled);
  if (expression === null) return null;
  return replaceSymbols(
    expression,
    new Map(
      [...letters].map((letter, i): [string, Expression] => [
        `\\xi_{0${letter}0}`,
        { kind: 'symbol', name: unitVectors[i] as string },
      ]),
    ),
  );
}
