import type { Reader } from '../reader.ts';
import type { BooleanValue } from '../values.ts';
import { parseProse } from './parse-prose.ts';
import { trimMarks } from './plain-text.ts';

/** Words that affirm or deny, by the English pair that they belong to. */
const spellings: ReadonlyMap<string, BooleanValue['word']> = new Map(
  Object.entries({
    yes: 'yes да oui sí sim ja 是 是的 はい',
    no: 'no нет non nein não nee 否 不是 いいえ',
    true: 'true 对 正确 верно',
    false: 'false 错 错误 неверно',
  }).flatMap(([word, all]) => all.split(' ').map((spelling) => [spelling, word as BooleanValue['word']] as const)),
);

const lead = /^(?:(?:(?:the|this|that) )?(?:statement|answer|claim|proposition|assertion|it|this|that) (?:is|:) ?)?/i;
const firstWord = /^[\p{L}]+/u;
const reason = /^(?:because|since)\b/i;

/**
 * `Yes`, `false`, `Yes, because ...`. What follows must be set off by a mark or give a reason: "no solution" and
 * "true for x > 0" are other answers. A "not" before the word makes it words.
 */
export function parseBoolean(plain: string, reader: Reader): BooleanValue | undefined {
  const text = plain.replace(lead, '');
  const spelling = firstWord.exec(text)?.[0] ?? '';
  const word = spelling.length > 6 ? undefined : spellings.get(spelling.toLowerCase());
  if (word === undefined) return undefined;
  const rest = text.slice(spelling.length);
  const detail = trimMarks(rest);
  if (detail !== '' && !/^[.,;:!]/.test(rest) && !reason.test(detail)) return undefined;
  return {
    kind: 'boolean',
    value: word === 'yes' || word === 'true',
    word,
    detail: detail === '' ? null : (parseProse(detail, reader, false) ?? { kind: 'text', text: detail }),
    isReason: reason.test(detail),
  };
}
