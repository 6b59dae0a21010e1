import type { Reader } from '../reader.ts';
import { type ChoiceValue, isUnderstood, type Value } from '../values.ts';

const prefix =
  /^(?:(?:the )?(?:(?:correct|final|right) )?(?:options?|choices?|answers?|letters?|варианты?|ответ|opción|respuesta|réponse|antwort|resposta|الخيار|الإجابة)(?: (?:is|are))?(?: ?: ?| |(?=[([]))|(?:选项|答案|选择|选|正解|정답)(?:是|为|は|은)? ?:? ?)/iu;

const letter = '[A-JА-Еأإابجده]';
const marked = new RegExp(
  `^(?:\\\\?\\((${letter}|[a-j])\\\\?\\)|\\\\?\\[(${letter})\\\\?\\]|(${letter}|[a-h])\\)|(${letter})[.:])[ .:]*`,
  'u',
);
const bare = new RegExp(`^(${letter}|[a-h])$`, 'u');
/** Brackets stand around each letter: `(A, B)` is a point and `[A, B)` an interval. */
const item = `(?:${letter}|\\(${letter}\\)|\\[${letter}\\])`;
const several = new RegExp(`^${item}(?: ?(?:,|;|&|and|,and) ?${item})+$`, 'u');

/** What says no more than that the letter is the answer, and what says that it is not, or not alone. */
const affirmed = /^is (?:(?:the )?(?:correct|right)(?: (?:answer|choice|option|one))?|the answer)\.?$/i;
const denied = /^(?:(?:is|isn't|isn’t|are|was|and|or|but|nor|wrong|incorrect|cannot)(?![A-Za-z'])|not\.?$)/i;
const otherLetters = /^(?:[([]?[A-J][)\].:,;]? ?)+$/;

/** One spelling for each letter: capitals, and one alif. */
function nameLetter(text: string): string {
  return /[إا]/u.test(text) ? 'أ' : text.toUpperCase();
}

/**
 * `(B)`, `B)`, `option B`, `(B) 5`, `A and C`. A lone capital is left to the expressions, as it may be a variable, and
 * so is `(b)` in a second reading.
 */
export function parseChoice(plain: string, reader: Reader): ChoiceValue | undefined {
  const lead = prefix.exec(plain)?.[0] ?? '';
  const text = plain.slice(lead.length);
  if (text.length > 400 || text === '') return undefined;
  const letters = several.test(text) ? readSeveral(text) : undefined;
  if (letters !== undefined) return { kind: 'choice', letters, content: null };
  const lone = bare.exec(text)?.[1];
  if (lone !== undefined && (lead !== '' || lone > '\u0400')) {
    return { kind: 'choice', letters: [nameLetter(lone)], content: null };
  }
  return parseMarked(text, lead !== '', reader);
}

function parseMarked(text: string, isNamed: boolean, reader: Reader): ChoiceValue | undefined {
  const mark = marked.exec(text);
  const found = mark?.slice(1).find((part) => part !== undefined);
  if (mark === null || found === undefined) return undefined;
  const rest = text.slice(mark[0].length).trim().replace(affirmed, '');
  if (denied.test(rest) || (rest !== '' && otherLetters.test(rest))) return undefined;
  const letters = [nameLetter(found)];
  // `(b) 5` may be a product, and `(b)` a variable.
  const isVariable = found >= 'a' && found <= 'j' && mark[0].startsWith('(') && !isNamed;
  const product = isVariable ? reader.readExpression(text) : null;
  if (product !== null && rest !== '') reader.offerReading({ kind: 'expression', expression: product });
  if (rest === '') return { kind: 'choice', letters, content: null };
  if (/^[-+*/^_=<>!')]|^\\(?:times|cdot|in|to|cup|cap|le|ge)\b/.test(rest) && mark[0].startsWith('(')) return undefined;
  if (rest.startsWith('(') && product !== null) return undefined;
  const content: Value | null = reader.readWhole(rest);
  // "B: C" is a ratio as well.
  if (mark[0].includes(':') && content?.kind === 'expression' && content.expression.kind === 'symbol') return undefined;
  return content === null || content.kind === 'choice' || !isUnderstood(content)
    ? undefined
    : { kind: 'choice', letters, content };
}

/** "A and C" and "(A), (C)" have no order, "C, A" may have one. */
function readSeveral(text: string): readonly string[] | undefined {
  const letters = [...text.matchAll(new RegExp(letter, 'gu'))].map(([found]) => nameLetter(found));
  if (new Set(letters).size !== letters.length) return undefined;
  return /and|[&([]/.test(text) ? letters.sort() : letters;
}
