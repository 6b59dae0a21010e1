import { printName, printNumber } from './independent-evaluator.ts';

/**
 * LaTeX as infix for mathjs, by rewriting from the inside out and without the verifier's scanner and parser, so that
 * the two can be held against each other. Null for all but plain scalar expressions: it need not read much, but what it
 * reads must be right.
 */
export function readLatex(text: string): string | null {
  if (unclear.test(text)) return null;
  let rest = tidy(text);
  if (/\\(?!frac|sqrt|binom|[a-zA-Z]+)|[=<>,;:[\]'%&~"_]/.test(rest.replaceAll(/\\sqrt\[\d+\]|_/g, ''))) return null;
  for (let round = 0; round < 60 && /[{}]/.test(rest); round++) {
    const next = reduceBraces(rest);
    if (next === rest) return null;
    rest = next;
  }
  const infix = readFlat(rest);
  return infix === null || /\\|[{}]/.test(infix) ? null : infix;
}

/** Digits behind a space, `x^10`, scientific notation, and words: read one way by one, and another way by another. */
const unclear =
  /!!|\.\d*\(|\d\\?[ ,]+\d|\^\s*\d\d|\d[eE][-+\d]|(?<![\\a-zA-Z])(?:[a-zA-Z]{3,}|ln|sqrt|pi)|(?<![\\a-zA-Z])[a-zA-Z]{2,}.*\d [a-zA-Z]|\d\s*[a-zA-Z]{2,}|\\text/;

const signs: Readonly<Record<string, string>> = {
  '−': '-',
  '·': '*',
  '×': '*',
  '÷': '/',
  π: '\\pi ',
  θ: '\\theta ',
  '²': '^{2}',
  '³': '^{3}',
  '√': '\\sqrt',
  '**': '^',
  '^\\circ': '°',
  '^{\\circ}': '°',
};

/** One way to write each thing, and braces around every argument of one token. */
function tidy(text: string): string {
  let tidied = text.replaceAll(/\\left|\\right|\\[bB]ig+[lr]?|\\displaystyle|\\[,!; ]|\$|\{,\}/g, (match) =>
    match === '\\ ' || match === '\\;' ? ' ' : '',
  );
  for (const [sign, plain] of Object.entries(signs)) tidied = tidied.replaceAll(sign, plain);
  tidied = tidied
    .replaceAll(/\\[dtc]frac/g, '\\frac')
    .replaceAll(/\\[dt]binom/g, '\\binom')
    .replaceAll(/\\(?:cdot|times)(?![a-zA-Z])/g, '*')
    .replaceAll(/\\div(?![a-zA-Z])/g, '/')
    .replaceAll(/([\^_])\s*(\\[a-zA-Z]+|[a-zA-Z\d])/g, '$1{$2}');
  const argument = '(?:\\{|\\s*(\\\\[a-zA-Z]+|[a-zA-Z\\d]))';
  for (const command of ['\\\\frac', '\\\\binom']) {
    tidied = tidied.replaceAll(new RegExp(`(${command})${argument}`, 'g'), braced);
    tidied = tidied.replaceAll(new RegExp(`(${command}\\{[^{}]*\\})${argument}`, 'g'), braced);
  }
  return tidied.replaceAll(new RegExp(`(\\\\sqrt(?:\\[\\d+\\])?)${argument}`, 'g'), braced);
}

const braced = (_match: string, before: string, token: string | undefined): string =>
  token === undefined ? `${before}{` : `${before}{${token}}`;

/** Rewrites every command whose arguments hold no more braces, and other groups of braces as groups. */
function reduceBraces(text: string): string {
  const inside = (part: string): string => readFlat(part) ?? '{';
  const flat = '\\{([^{}]*)\\}';
  return text
    .replaceAll(new RegExp(`(\\d+)?\\s*\\\\frac${flat}${flat}`, 'g'), (_match, whole, top, bottom) => {
      const isMixed = whole !== undefined && /^\d+$/.test(top) && /^\d+$/.test(bottom);
      const fraction = `⟨(${inside(top)})/(${inside(bottom)})⟩`;
      return isMixed ? `⟨${printNumber(whole)}+${fraction}⟩` : `${whole ?? ''}${fraction}`;
    })
    .replaceAll(
      new RegExp(`\\\\binom${flat}${flat}`, 'g'),
      (_match, top, bottom) => `⟨choose(${inside(top)}, ${inside(bottom)})⟩`,
    )
    .replaceAll(
      new RegExp(`\\\\sqrt(?:\\[(\\d+)\\])?${flat}`, 'g'),
      (_match, index, radicand) => `⟨rootof(${inside(radicand)}, ${index ?? 2})⟩`,
    )
    .replaceAll(new RegExp(`\\\\log_${flat}`, 'g'), (_match, base) => `\\log^⟨${inside(base)}⟩`)
    .replaceAll(new RegExp(`([a-zA-Z])_${flat}`, 'g'), (match, letter, subscript) =>
      /^[a-zA-Z\d]+$/.test(subscript) ? `⟨${printName(`${letter}_${subscript}`)}⟩` : match,
    )
    .replaceAll(new RegExp(`\\^${flat}`, 'g'), (_match, exponent) => `^⟨${inside(exponent)}⟩`)
    .replaceAll(/(?<![a-zA-Z\]}\\^_]\s*)\{([^{}]*)\}/g, (_match, group) => `⟨${inside(group)}⟩`);
}

const functions: Readonly<Record<string, string>> = {
  ...{
    sin: 'sin',
    cos: 'cos',
    tan: 'tan',
    cot: 'cot',
    sec: 'sec',
    csc: 'csc',
    ln: 'log',
    exp: 'exp',
    log: 'logarithm',
  },
  ...{ arcsin: 'asin', arccos: 'acos', arctan: 'atan', sinh: 'sinh', cosh: 'cosh', tanh: 'tanh' },
};

/** Text without braces: numbers, letters, groups that are done (in angle brackets), and functions with their argument. */
function readFlat(text: string): string | null {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const group = readGroup(rest) ?? readFunction(rest) ?? readToken(rest);
    if (group === null) return null;
    const [infix, width] = group;
    const isOperator = /^[-+*/^]$/.test(infix);
    const needsTimes =
      parts.length > 0 && !isOperator && !'°!'.includes(infix) && !/^[-+*/^]$/.test(parts.at(-1) as string);
    if (infix === '!' || infix === '°') {
      const operand = infix === '!' ? popOperand(parts) : null;
      if (infix === '!' && operand === null) return null;
      parts.push(...(operand === null ? ['*', '(pi/180)'] : [operand]));
    } else parts.push(...(needsTimes ? ['*'] : []), infix);
    rest = rest.slice(width).trimStart();
  }
  const infix = parts.join('');
  // A division with a product behind it that is not written has two readings: 1/2x.
  return isAmbiguous(text) ? null : infix;
}

/** The factorial of the last operand. */
function popOperand(parts: string[]): string | null {
  const operand = parts.pop();
  return operand === undefined || /^[-+*/^]$/.test(operand) || parts.at(-1) === '^' ? null : `factorialof(${operand})`;
}

function isAmbiguous(text: string): boolean {
  let bare = text;
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replaceAll(/⟨[^⟨⟩]*⟩|\([^()⟨⟩]*\)/g, ' @ ');
  }
  return /\/[\s-]*(?:[\d.]+|@|[a-zA-Z])\s*[a-zA-Z\\@\d]/.test(bare);
}

type Group = readonly [infix: string, width: number] | null;

/** A bracket with what stands in it. Angle brackets hold infix already. */
function readGroup(text: string): Group {
  const open = text[0];
  if (open !== '(' && open !== '⟨') return null;
  const close = open === '(' ? ')' : '⟩';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === open) depth++;
    if (text[i] !== close || --depth > 0) continue;
    const inside = text.slice(1, i);
    const infix = open === '(' ? readFlat(inside) : inside.replaceAll('⟨', '(').replaceAll('⟩', ')');
    return infix === null ? null : [`(${infix})`, i + 1];
  }
  return null;
}

/** `\sin^2 3x`: the argument is a bracket, or runs to the next sign or function. */
function readFunction(text: string): Group {
  const match = /^\\([a-z]+)\s*(?:\^⟨([^⟨⟩]*)⟩)?\s*/.exec(text);
  const name = functions[match?.[1] ?? ''];
  if (match === null || name === undefined || match[2]?.includes('-') === true) return null;
  const rest = text.slice(match[0].length);
  let argument = rest.startsWith('(') ? readGroup(rest) : null;
  if (argument === null) {
    const run =
      /^(?:[a-zA-Z\d.\s]|\\(?:pi|alpha|beta|theta|phi)(?![a-zA-Z])|⟨[^⟨⟩]*⟩|\^⟨[^⟨⟩]*⟩|°)+/.exec(rest)?.[0] ?? '';
    const infix = run === '' ? null : readFlat(run);
    argument = infix === null ? null : [`(${infix})`, run.length];
  }
  if (argument === null) return null;
  // A power or a letter right behind the bracket may belong to the argument or not.
  if (/^\s*[\^!a-zA-Z\d]/.test(rest.slice(argument[1]))) return null;
  const call = `${name}${argument[0]}`;
  if (name === 'logarithm')
    return match[2] === undefined ? null : [`(log${argument[0]}/log(${match[2]}))`, match[0].length + argument[1]];
  return [match[2] === undefined ? `(${call})` : `(${call}^(${match[2]}))`, match[0].length + argument[1]];
}

function readToken(text: string): Group {
  const absolute = /^\|([^|]*)\|/.exec(text);
  if (absolute !== null) {
    const inside = readFlat(absolute[1] as string);
    return inside === null || inside === '' ? null : [`abs(${inside})`, absolute[0].length];
  }
  const number = /^(?:\d+(?:\.\d+)?|\.\d+)/.exec(text)?.[0];
  if (number !== undefined) return [printNumber(number), number.length];
  const command = /^\\([a-zA-Z]+)/.exec(text);
  if (command !== null) {
    const name = command[1] as string;
    if (name === 'pi') return [printNumber('pi'), 3];
    return /^(?:alpha|beta|gamma|theta|lambda|mu|phi|varphi|omega|rho|sigma|tau|delta)$/.test(name)
      ? [printName(name), command[0].length]
      : null;
  }
  const letters = /^[a-zA-Z]+/.exec(text)?.[0];
  // A word may be a name, a function or a product.
  if (letters !== undefined && letters.length > 3) return null;
  if (letters !== undefined && /^(?:pi|sin|cos|tan|ln|log|exp|abs|sqr|cot|sec|csc)$/.test(letters)) return null;
  if (letters !== undefined)
    return [letters[0] === 'e' || letters[0] === 'i' ? (letters[0] as string) : printName(letters[0] as string), 1];
  return /^[-+*/^°!]/.test(text) ? [text[0] as string, 1] : null;
}
