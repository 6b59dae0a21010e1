import { isDigit } from '../chars.ts';
import type { Expression } from '../expression/expression.ts';
import { negate } from '../expression/expression-parts.ts';
import { hasFunction } from '../expression/has-function.ts';
import { parseReadings } from '../expression/parse-expression.ts';
import type { Fuel } from '../fuel.ts';
import { addRationals, multiplyRationals, negateRational, type Rational } from '../rational.ts';
import { findClosing, readBracket } from '../text/brackets.ts';
import { toIdentityText } from '../text/identity-text.ts';
import { straightenBrackets } from '../text/straighten-brackets.ts';
import { expandEllipsis, isEndless } from './expand-ellipsis.ts';
import { parseMatrix } from './matrices/parse-matrix.ts';
import { parseNumeral } from './numerals/parse-numeral.ts';
import { type NumberFailure, parseNumber, parseNumberPrefix } from './parse-number.ts';
import { parsePlusMinus } from './parse-plus-minus.ts';
import { findCurrency, joinUnits, mayBeginUnit, parseUnitTail, type Unit } from './parse-unit.ts';
import type { Form, Reader } from './reader.ts';
import { parseRegion } from './regions/parse-region.ts';
import { parseWholeRegion } from './regions/parse-whole-region.ts';
import { spellLetters } from './spell-letters.ts';
import { type CommaReading, type Item, splitItems } from './split-items.ts';
import { parseCases } from './statements/parse-cases.ts';
import { parseLabels } from './statements/parse-labels.ts';
import { parseStatement } from './statements/parse-statement.ts';
import { isUnderstood, type NumberValue, printValue, type QuantityValue, type Value } from './values.ts';
import { parseProse } from './words/parse-prose.ts';
import { parseWords } from './words/parse-words.ts';

/** An answer as far as it is understood. */
export interface ParsedAnswer {
  /**
   * What the answer may mean, most likely first: `1,234` is one number, and may be two. Empty when the text as a whole
   * is not understood.
   */
  readonly readings: readonly Value[];
  readonly failure?: NumberFailure;
}

/** Forms of a whole answer, in the order in which they are asked. */
const wholeForms: readonly Form[] = [parseWholeRegion, parseLabels, parseNumeral, parseCases, parseStatement];

/** Forms of an answer or of an element of one. */
const notationForms: readonly Form[] = [parsePlusMinus, parseMatrix, parseRegion];
const elementForms: readonly Form[] = [...notationForms, parseNumeral];

/** How deep tuples may nest. */
const deepest = 8;

/** How many pairs of parentheses around a whole are taken off. */
const mostParentheses = 8;

/** "A parabola" is no multiple of a, and "min at" is no variable. */
const sentence = /^(?:an? [a-z]{3}|\\?m(?:ax|in)(?:im(?:um|a))? ?at )/i;

/** Every second answer is one, and no other form has it. */
const plainNumber = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** Reads normalised text as numbers, tuples, sets and lists. All of it or nothing: no part is ever left out. */
export function parseAnswer(normalized: string, fuel: Fuel): ParsedAnswer {
  if (plainNumber.test(normalized)) {
    const number = parseNumber(normalized, { thousandsCommas: true, fuel });
    if (typeof number !== 'string') return { readings: [makeNumber(number)] };
  }
  const words = new AnswerParser(fuel);
  const worded = parseWords(normalized, words);
  if (worded !== undefined) return { readings: [worded, ...words.offered] };
  const mathematics: ParsedAnswer = sentence.test(normalized) ? { readings: [] } : readMathematics(normalized, fuel);
  if (fuel.isOut || mathematics.readings.some(isUnderstood)) return mathematics;
  const prose = parseProse(normalized, new AnswerParser(fuel));
  return prose === null ? mathematics : { readings: [prose] };
}

function readMathematics(normalized: string, fuel: Fuel): ParsedAnswer {
  const text = stripParentheses(straightenBrackets(normalized));
  const parser = new AnswerParser(fuel);
  const primary = parser.parseWhole(text);
  if (primary === null) return { readings: [], failure: parser.failure };
  const readings = [primary, ...parser.offered, ...parser.readOthers(text)];
  const seen = new Set<string>();
  const distinct = readings.filter((value) => {
    if (readings.length === 1) return true;
    const key = `${value.kind} ${printValue(value)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return fuel.isOut ? { readings: [], failure: 'out-of-fuel' } : { readings: distinct };
}

/** `(5)` and `((1,2))` say no more than `5` and `(1,2)`. */
function stripParentheses(text: string): string {
  let inner = /^<[^<>]*,[^<>]*>$/.test(text) ? `\\langle ${text.slice(1, -1)}\\rangle` : text;
  for (let layer = 0; layer < mostParentheses; layer++) {
    if (inner.charCodeAt(0) !== 40 || inner.length < 3 || findClosing(inner, 0) !== inner.length - 1) break;
    const candidate = inner.slice(1, -1);
    const items = splitItems(candidate, 'separators');
    if (inner.charCodeAt(inner.length - 1) !== 41 || items === null || items.length !== 1) break;
    inner = candidate;
  }
  return inner;
}

class AnswerParser implements Reader {
  readonly fuel: Fuel;
  /** What the forms offered as further readings of the whole. */
  readonly offered: Value[] = [];
  #depth = 0;
  /** The text that no form of a whole answer took, so that those that an element has too need not be asked again. */
  #unclaimed = '';
  failure: NumberFailure = 'not-a-number';

  constructor(fuel: Fuel) {
    this.fuel = fuel;
  }

  /** The whole answer in its most likely reading. */
  parseWhole(text: string): Value | null {
    const grouped = spellGroups(text);
    const number = grouped === text ? null : this.#parseQuantity(grouped, false);
    if (number !== null) return number;
    const value = this.#tryForms(wholeForms, text);
    if (value !== undefined) return value;
    this.#unclaimed = text;
    return this.parse(text, 'thousands') ?? (text.includes(',') ? this.parse(text, 'all-thousands') : null);
  }

  readValue(text: string): Value | null {
    if (this.#depth >= deepest || !this.fuel.spend(4)) return null;
    this.#depth++;
    const value = this.#parseItem(text, 'thousands', 0);
    this.#depth--;
    return value === null || value.kind === 'text' || value.kind === 'words' ? null : value;
  }

  readWhole(text: string): Value | null {
    if (this.#depth >= deepest || !this.fuel.spend(4)) return null;
    this.#depth++;
    const value = parseWords(text, this) ?? this.parseWhole(stripParentheses(text)) ?? parseProse(text, this);
    this.#depth--;
    return value;
  }

  readExpression(text: string): Expression | null {
    const value = this.#parseExpression(text);
    return value?.kind === 'expression' ? value.expression : null;
  }

  readList(text: string): Value | null {
    if (this.#depth >= deepest || !this.fuel.spend(4)) return null;
    this.#depth++;
    const value = this.parse(text, 'thousands');
    this.#depth--;
    return value !== null && isUnderstood(value) ? value : null;
  }

  offerReading(value: Value): void {
    this.offered.push(value);
  }

  #tryForms(forms: readonly Form[], text: string): Value | null | undefined {
    for (const form of forms) {
      const value = form(text, this);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  parse(text: string, commas: CommaReading): Value | null {
    const items = splitItems(text, commas);
    if (items === null) return null;
    const [only] = items;
    if (items.length === 1 && only !== undefined) return this.#parseAtom(only.text, commas, 0);
    const values = this.#parseItems(items, commas === 'separators' ? commas : 'thousands', 0);
    // A list of words may be an order (`Monday, Tuesday`) or a sentence.
    if (values?.every(mayBeListed) !== true) return null;
    const words = new Set(items.map(({ word }) => word).filter((word) => word !== null));
    // Two conditions of which one holds are no two conditions that hold together.
    if (words.size > 1 || (words.has('or') && !values.every(isReadable))) return null;
    const [word] = words;
    return { kind: 'list', items: values, ...(word === undefined ? {} : { word }) };
  }

  /** What else a text with commas between digits, or a mixed number, may mean. */
  readOthers(text: string): readonly Value[] {
    const values: (Value | null)[] = [];
    if (text.includes(',')) {
      const joined = joinIndian(text);
      values.push(joined === text ? null : this.#parseQuantity(joined, false));
      values.push(this.parse(text, 'separators'), this.parse(text, 'all-thousands'), this.#parseDecimalComma(text));
    }
    if (text.includes('(')) values.push(this.#parseBracketProduct(text));
    if (text.includes('and')) values.push(this.#parseWordedMixed(text));
    if (text.includes('\\frac') || text.includes(' ')) {
      const product = this.#parseProduct(text);
      values.push(product ?? this.#parseWithProducts(text));
    }
    // A reading that is not understood itself casts no doubt: `$55,125` is not the list of `$55` and `125`.
    return values.filter((value): value is Value => value !== null && isUnderstood(value));
  }

  #parseAtom(text: string, commas: CommaReading, depth: number): Value | null {
    const form = this.#tryForms(text === this.#unclaimed ? notationForms : elementForms, text);
    if (form !== undefined) return form;
    const container = this.#parseContainer(text, commas, depth);
    if (container !== undefined) return container;
    const infinity = parseInfinity(text);
    if (infinity !== null) return infinity;
    return (
      this.#parseQuantity(text, commas !== 'separators') ?? this.#parseMeasured(text) ?? this.#parseExpression(text)
    );
  }

  #parseExpression(text: string): Value | null {
    // Two signs side by side are a dash, or a slip.
    const read = text.includes('--') || text.includes('++') ? null : parseReadings(text, this.fuel);
    if (read === null) {
      const spelled = spellLetters(text);
      return spelled === null ? null : this.#parseExpression(spelled);
    }
    const first: Value = { kind: 'expression', expression: read.expression };
    if (read.other === null) return first;
    return { kind: 'alternatives', readings: [first, { kind: 'expression', expression: read.other }] };
  }

  /** Undefined when the text is not one pair of brackets with something inside; null when its inside is not read. */
  #parseContainer(text: string, commas: CommaReading, depth: number): Value | null | undefined {
    if (text === '\\emptyset' || text === '\\{\\}') return { kind: 'set', items: [] };
    const open = text.startsWith('\\{') ? '\\{' : text[0];
    if (open !== '\\{' && open !== '(' && open !== '[' && open !== '{') return undefined;
    const close = findClosing(text, 0);
    const ending = text.slice(close);
    if (close === -1 || !['\\}', ')', ']', '}'].includes(ending)) return undefined;
    const isSet = open === '\\{' || open === '{';
    if (depth >= deepest || (isSet ? ending !== open.replace('{', '}') : ending.endsWith('}'))) return null;
    // Inside brackets a comma between digits separates: (1,234) is a point.
    const inside = commas === 'all-thousands' ? 'all-thousands' : 'separators';
    const items = splitItems(text.slice(open.length, close), inside);
    if (items === null || items.some(({ word }) => word !== null)) return null;
    // Braces and parentheses around one thing only group it.
    const isGroup = open === '{' || (open === '(' && ending === ')' && inside === 'separators');
    if (isGroup && items.length === 1) return undefined;
    const values = this.#parseItems(items, inside, depth + 1);
    if (values === null) return null;
    // `(3/2)` in something larger is the number.
    const [only] = values;
    if (open === '(' && ending === ')' && only !== undefined && values.length === 1 && isUnderstood(only)) return only;
    if (isSet) return { kind: 'set', items: values };
    // `[1 -2; 3 -4]` has lost the spaces that told its elements.
    if (open === '[' && text.includes(';') && items.some((item) => /.[-+]/.test(item.text))) return null;
    // A tuple that goes on has no last place.
    if (values.some(isEndless)) return null;
    const isInterval = (open === '(') !== (ending === ')');
    // [5] may be a whole part as well as a list of one.
    const isOne =
      depth === 0 &&
      values.length === 1 &&
      open === '[' &&
      ending === ']' &&
      values.every(({ kind }) => kind === 'number' || kind === 'expression');
    if (!isOne && (values.length < 2 || (isInterval && values.length !== 2))) return null;
    return { kind: 'tuple', open: open as '(', close: ending as ')', items: values };
  }

  #parseItems(items: readonly Item[], commas: CommaReading, depth: number): Value[] | null {
    const values: (Value | null)[] = [];
    for (const item of items) {
      if (!this.fuel.spend(4)) return null;
      if (item.text === '\\ldots') {
        values.push(null);
        continue;
      }
      // The 000 of `10, 000` is the rest of a number and no 0.
      if (items.length > 1 && commas !== 'all-thousands' && /^0\d+$/.test(item.text)) return null;
      const value = this.#parseItem(item.text, commas, depth);
      if (value === null) return null;
      // `\\pm 1` among answers is two of them.
      values.push(...(value.kind === 'list' ? value.items : [value]));
    }
    return values.includes(null) ? expandEllipsis(values, this.fuel) : (values as Value[]);
  }

  #parseItem(text: string, commas: CommaReading, depth: number): Value | null {
    const infinity = parseInfinity(text);
    if (infinity !== null) return infinity;
    const form = this.#tryForms(elementForms, text);
    if (form !== undefined) return form;
    const container = this.#parseContainer(text, commas, depth);
    if (container !== undefined) return container;
    const number = parseNumber(text, { thousandsCommas: commas !== 'separators', fuel: this.fuel });
    if (typeof number !== 'string') return makeNumber(number);
    if (number !== 'not-a-number') {
      this.failure = number;
      return null;
    }
    const quantity = this.#parseQuantity(text, commas !== 'separators') ?? this.#parseMeasured(text);
    const expression = quantity ?? this.#parseExpression(text);
    if (expression !== null) return expression;
    // An ellipsis or a condition ties elements to their place, and an unread element may hide anything else.
    if (text === '' || tiesElements(text)) return null;
    return parseProse(text, this) ?? { kind: 'text', text: toIdentityText(text) };
  }

  /** A number with sign, currency and unit around it. */
  #parseQuantity(text: string, thousandsCommas: boolean): NumberValue | null {
    const { position, isNegative, currency } = readHead(text);
    const prefix = parseNumberPrefix(text, position, { thousandsCommas, fuel: this.fuel });
    if (typeof prefix === 'string') {
      this.failure = prefix;
      return null;
    }
    const tail = prefix.end === text.length ? noTail : parseUnitTail(text, prefix.end);
    if (tail === null) return null;
    const unit = currency === null ? tail.unit : joinUnits(currency, tail.unit);
    if (currency !== null && (tail.isPercent || unit === null)) return null;
    const size = isNegative ? negateRational(prefix.value) : prefix.value;
    const value = tail.scale === 1n ? size : multiplyRationals(size, { numerator: tail.scale, denominator: 1n });
    return { kind: 'number', value, isPercent: tail.isPercent, unit };
  }

  /** An expression with a currency or a unit around it. A percent or degree sign belongs to one term, and a unit to all. */
  #parseMeasured(text: string): Value | null {
    const { position, isNegative, currency } = readHead(text);
    let depth = 0;
    let isSum = false;
    let tries = mostTails;
    for (let i = position; i <= text.length && tries > 0; ) {
      const isEnd = i === text.length;
      if (depth === 0 && i > position && (isEnd ? currency !== null : mayBeginUnit(text, i))) {
        const tail = isEnd ? noTail : parseUnitTail(text, i);
        tries--;
        const isOfTerm = text[i] === '%' || text[i] === '^';
        const unit = tail === null ? null : currency === null ? tail.unit : joinUnits(currency, tail.unit);
        if (tail !== null && (unit !== null || (tail.isPercent && currency === null)) && !(isSum && isOfTerm)) {
          // Dollars have no degrees.
          if (currency !== null && text.includes('\\circ')) return null;
          // -1+x \text{ cm} is no negated sum.
          const isWhole = isNegative && isSum && currency === null;
          const head = this.#parseExpression(text.slice(isWhole ? 0 : position, i));
          const heads = head === null ? [] : head.kind === 'alternatives' ? head.readings : [head];
          if (heads.length === 0 || tail.scale > 1n) return null;
          // The sign of \\sin 30° is inside the sine.
          const isLetters = unit?.isBare === true && !/^ ?(?:cm|ft|km|kg|mm|yd)$/.test(text.slice(i));
          const isNegated = isNegative && !isWhole;
          if (isLetters || (isNegated && isSum && text.slice(position, i).search(/[+-]/) > 0)) return null;
          const quantities = heads.map((each): QuantityValue | null => {
            if (each.kind !== 'expression' || (isOfTerm && hasFunction(each.expression))) return null;
            const expression = isNegated ? negate(each.expression) : each.expression;
            return { kind: 'quantity', expression, isPercent: tail.isPercent, unit };
          });
          if (!quantities.every((quantity) => quantity !== null)) return null;
          return quantities.length === 1 ? (quantities[0] ?? null) : { kind: 'alternatives', readings: quantities };
        }
      }
      const { change, width } = readBracket(text, i);
      depth += change;
      if (depth < 0) return null;
      if (depth === 0 && i > position && '+-/'.includes(text[i] ?? ' ')) isSum = true;
      i += width;
    }
    return null;
  }

  /** `3,5` as written where a comma is the decimal point, and `1.234,5`. */
  #parseDecimalComma(text: string): Value | null {
    const comma = text.indexOf(',');
    if (comma !== text.lastIndexOf(',') || !isDigit(text.charCodeAt(comma + 1))) return null;
    // Nobody writes the thousandths of `10,000`.
    if (/,000\b/.test(text)) return null;
    const american = `${text.slice(0, comma).replaceAll('.', '')}.${text.slice(comma + 1)}`;
    return this.#parseQuantity(american, false);
  }

  /** `2.5(4)` where no period but a product is meant. */
  #parseBracketProduct(text: string): Value | null {
    const spelled = text.replaceAll(/(\.\d+)\(/g, '$1\\cdot(');
    return spelled === text ? null : this.parse(spelled, 'thousands');
  }

  /** `2 and 1/2` in words is one number. */
  #parseWordedMixed(text: string): Value | null {
    const items = splitItems(text, 'thousands');
    if (items?.length !== 2 || items[1]?.word !== 'and') return null;
    const [whole, part] = this.#parseItems(items, 'thousands', 0) ?? [];
    if (whole?.kind !== 'number' || part?.kind !== 'number') return null;
    return makeNumber(addRationals(whole.value, part.value));
  }

  /** `2\frac13\pi` where 2/3 of pi is meant. */
  #parseWithProducts(text: string): Value | null {
    const spelled = text.replaceAll(/(\d)\\frac/g, '$1\\cdot\\frac');
    return spelled === text ? null : this.parse(spelled, 'thousands');
  }

  /** `2\frac13` where a product is meant. */
  #parseProduct(text: string): Value | null {
    const isNegative = text.charCodeAt(0) === 45;
    const start = isNegative || text.charCodeAt(0) === 43 ? 1 : 0;
    const prefix = parseNumberPrefix(text, start, { thousandsCommas: true, fuel: this.fuel });
    if (typeof prefix === 'string' || prefix.product === undefined || prefix.end !== text.length) return null;
    return makeNumber(isNegative ? negateRational(prefix.product) : prefix.product);
  }
}

/** How many places are tried as the beginning of a unit. */
const mostTails = 12;

const noTail = { scale: 1n, isPercent: false, unit: null } as const;

/** The sign and the currency that stand before an amount, in either order. */
function readHead(text: string): {
  readonly position: number;
  readonly isNegative: boolean;
  readonly currency: Unit | null;
} {
  let position = 0;
  let isNegative = false;
  let isSigned = false;
  let currency: Unit | null = null;
  for (;;) {
    const code = text.charCodeAt(position);
    const found: ReturnType<typeof findCurrency> = currency === null ? findCurrency(text, position) : null;
    if ((code === 43 || code === 45) && !isSigned) {
      isSigned = true;
      isNegative = code === 45;
      position++;
    } else if (found !== null) {
      currency = found.unit;
      position += found.width;
      while (text.charCodeAt(position) === 32) position++;
    } else return { position, isNegative, currency };
  }
}

function makeNumber(value: Rational): NumberValue {
  return { kind: 'number', value, isPercent: false, unit: null };
}

/**
 * A number whose groups say by themselves what its separators are: `10.000,5` and `1 234 567,89` have a decimal comma,
 * `1.234.567` two points, and `1,00,000` a group that begins with zero, as no element of a list does. Others as they are.
 */
function spellGroups(text: string): string {
  const european = /^([-+]?)(\d{1,3}(?:([. ])\d{3})(?:\3\d{3})*),(\d+)(?!\d*[,.])/.exec(text);
  if (european !== null) {
    const [whole, sign, groups, , part] = european as unknown as [string, string, string, string, string];
    const isList = groups.startsWith('0') || (part.length === 3 && !groups.includes('.'));
    return isList ? text : `${sign}${groups.replace(/[. ]/g, '')}.${part}${text.slice(whole.length)}`;
  }
  const pointed = /^[-+]?[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.,])/.exec(text)?.[0];
  if (pointed !== undefined) return pointed.replaceAll('.', '') + text.slice(pointed.length);
  return text.includes(',0') ? joinIndian(text) : text;
}

/** `12,34,567` in lakhs without its commas; without a group that begins with zero it may as well be a list. */
function joinIndian(text: string): string {
  const groups = /^[-+]?[1-9]\d?(?:,\d{2})+,\d{3}(?![\d,])/.exec(text)?.[0] ?? '';
  return groups.replaceAll(',', '') + text.slice(groups.length);
}

function parseInfinity(text: string): Value | null {
  const isSigned = text.charCodeAt(0) === 43 || text.charCodeAt(0) === 45;
  const isInfinity = (isSigned ? text.slice(1) : text) === '\\infty';
  return isInfinity ? { kind: 'infinity', isNegative: text.charCodeAt(0) === 45 } : null;
}

/** An element that is understood, or stands for all that follow. */
function isReadable(value: Value): boolean {
  return isUnderstood(value) || isEndless(value);
}

function tiesElements(text: string): boolean {
  return text.includes('\\ldots') || text.includes('|') || text.includes('\\mid') || text.includes(':');
}

function mayBeListed(value: Value): boolean {
  return value.kind !== 'words' && (isReadable(value) || hasDigit(printValue(value)));
}

function hasDigit(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isDigit(text.charCodeAt(i))) return true;
  return false;
}
