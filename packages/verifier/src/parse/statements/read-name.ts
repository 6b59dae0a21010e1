import { findClosing } from '../../text/brackets.ts';
import { splitClauses } from '../split-clauses.ts';

/** What the left side of an equation may name: a variable, a quantity in words, a function of its arguments. */
export interface Name {
  readonly name: string;
  /** The arguments of `f(x, y)` where all are variables, or the index of `a_n`. */
  readonly parameters: readonly string[];
  /** The name without its parameters. */
  readonly head: string;
}

const letter = String.raw`(?:[A-Za-z]|\\(?!(?:pi|infty)(?![a-z]))[a-zA-Z]+|\\(?:vec|bar|hat|overline|mathbf|mathbb|mathcal|dot|tilde|widehat|boldsymbol|text|mathrm|mathit)(?: [A-Za-z]|\{[A-Za-z]\}|\\[a-z]+))`;
const tail = String.raw`(?:_\{?[A-Za-z0-9]+\}?|_\{\\[a-z]+\}|_\{\\text\{[A-Za-z]+\}\}|_\\text\{[A-Za-z]+\}|\^\{\\prime\}|\^\{\*\}|'){0,3}`;
const symbol = new RegExp(`^${letter}${tail}$`);
const variable = /^(?:[A-Za-df-hj-zA-Z]|\\(?!pi$)[a-z]+)(?:_\{?[0-9A-Za-z]+\}?)?'?$/;
const indexed = /^([A-Za-z])_\{?([nkmijr])\}?$/;
const call = new RegExp(`^(${letter}${tail}(?:\\^\\{-1\\}|\\^\\{\\([a-z0-9]\\)\\})?)\\(`);
/** `\angle ABC`, `AB`, `|AB|`, `\overline{AB}`, `m\angle B`. */
const figure =
  /^(m|[A-Z]_)?(\\(?:measured)?angle|\\triangle|\\overline|\\vec|\\overrightarrow|\\widehat|\\mathrm)? ?\{?\|?([A-Z]{1,4})\|?\}?$/;
/** Operators whose value is asked for, and derivatives. */
const operator =
  /^(?:\\(?:lim|int|iint|iiint|oint|sum|prod|max|min|sup|inf|det|gcd|Pr|dim|operatorname|nabla|binom|Delta)(?![a-z])|\\frac\{(?:d|\\partial)|[Pp]\(|\\mathbb|\\\||\||d[A-Z]|[a-z]_\{)/;
/** What a number behind it is not the value of: `not x = 5`, `no solution when x = 5`. */
const turned =
  /(?:^| )(?:[A-Za-z]|not|no|none|never|when|where|if|unless|except|only|least|most|than|plus|minus|times|half|twice|double|square|squared|negative|opposite|inverse|reciprocal|without|false|wrong|or|and|is|are)(?: |$)/i;
const words = /^[A-Za-z][A-Za-z' -]{2,60}$/;

/** Functions that everybody knows: of a number they are a value, and of an unknown no name. */
const known = /^\\(?:(?:a|arc)?(?:sin|cos|tan|cot|sec|csc)h?|log|ln|lg|exp|sqrt)(?![a-z])/;
/** A sign, a bracket or a bar that waits for something: `2+)`, `f()`, `|N`. */
const dangling = /(?<![\^_]\{?)[-+*/,=] ?(?:[)}\]]|$)|[\^_(] ?(?:[)}\]]|$)|^\|[^|]*$|^[^|]*\|$/;

/** Null where the text names nothing. A value is read before a name is thought of, so this need not tell them apart. */
export function readName(text: string): Name | null {
  if (text.length > 200 || known.test(text) || dangling.test(text)) return null;
  const function_ = readCall(text) ?? readIndexed(text);
  if (function_ !== null) return function_;
  if (symbol.test(text)) return plain(toSymbolName(text));
  const [, prefix = '', kind = '', points] = figure.exec(text) ?? [];
  if (points !== undefined) return plain(`${prefix}${kind} ${orderPoints(points, kind)}`.trim());
  const bare = text.replaceAll(/\\text\{([^{}]*)\}/g, ' $1 ').trim();
  if (words.test(bare) && !turned.test(bare))
    return plain(bare.includes('-') ? bare : bare.toLowerCase().replace(/^the /, ''));
  return operator.test(text) ? plain(text.replaceAll(' ', '')) : null;
}

/** A product or an inverse of matrices and vectors, or a sum of numbers that is not read, whose result is asked for. */
export function readCalculation(text: string): Name | null {
  const bare = text.replaceAll(
    /\\(?:begin|end)\{[a-z]{5,9}\}(?:\{[lcr]+\}|[lcr](?=[-\d\\]))?|\\(?:sin|cos|tan|frac|sqrt|pi|cdot|times)(?![a-z])/g,
    '',
  );
  if (/[A-Za-z]{2}|\\text/.test(bare.replaceAll(/\\[a-zA-Z]{2,14}/g, ''))) return null;
  const isAsked =
    /\\(?:begin|mathbf|vec|overrightarrow)/.test(text) || (bare.length < text.length && !/[A-Za-z]/.test(bare));
  return isAsked ? plain(text.replaceAll(' ', '')) : null;
}

/** One spelling for `x_{1}` and `x_1`, as the parser of expressions names its variables. */
export function toSymbolName(text: string): string {
  return text.replace(/_\{([^{}])\}/, '_$1');
}

export function isVariable(text: string): boolean {
  return variable.test(text);
}

function plain(name: string): Name {
  const spelled = spellings.reduce((text, [pattern, spelling]) => text.replaceAll(pattern, spelling), name);
  return { name: spelled, parameters: [], head: spelled };
}

/** One spelling for the signs that names are made of. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/\\overline(?= ?\{?[a-z])/g, '\\bar'],
  [/\^\{((?:\\prime ?)+)\}/g, '$1'],
  [/\\prime ?/g, "'"],
  [/\\mid(?![a-z])|\\\|/g, '|'],
  [/_\{(\w)\}/g, '_$1'],
];

/** The ends of a segment, and of the arms of an angle, may change places. */
function orderPoints(points: string, kind: string): string {
  if (kind === '\\vec' || kind === '\\overrightarrow') return points;
  const turned = [...points].reverse().join('');
  const isTriangle = kind === '\\triangle';
  if (isTriangle) return [...points].sort().join('');
  return points.length < 4 && turned < points ? turned : points;
}

/** `f(x)`, `f^{-1}(x)`, `P(X = 2)`; of `f(3)` and `E(X)` all of the text is the name. */
function readCall(text: string): Name | null {
  const head = call.exec(text)?.[1];
  if (head === undefined || findClosing(text, head.length) !== text.length - 1) return null;
  const inside = splitClauses(text.slice(head.length + 1, -1));
  const parameters = inside?.map((clause) => toSymbolName(clause.text)) ?? [];
  const areVariables = parameters.every(isVariable) && new Set(parameters).size === parameters.length;
  const bare = text.replaceAll(' ', '');
  return areVariables ? { name: bare, head, parameters } : plain(bare);
}

/** `a_n` in `a_n = 2n + 1`. */
function readIndexed(text: string): Name | null {
  const [, head, index] = indexed.exec(text) ?? [];
  return head === undefined || index === undefined
    ? null
    : { name: `${head}_${index}`, head: `${head}_`, parameters: [index] };
}
