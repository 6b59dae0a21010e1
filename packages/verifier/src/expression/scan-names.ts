import { isUnitWord } from '../parse/units.ts';
import type { FunctionName } from './expression.ts';

/**
 * What stands before an argument. `make-call.ts` says what the words mean that are no function of their own; `log` may
 * have a base, and `sqrt` and `cbrt` are roots.
 */
export type FunctionWord = FunctionName | 'log' | 'sqrt' | 'cbrt' | (string & {});

const functionWords: ReadonlyMap<string, FunctionWord> = new Map(
  [
    'sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch arsinh arcosh',
    'artanh exp ln log lg abs floor ceil sqrt cbrt cis gcd lcm max min sgn arg Re Im det tr erf dim rank',
    'tg:tan ctg:cot cotg:cot cosec:csc asin:arcsin acos:arccos atan:arctan acot:arccot asec:arcsec acsc:arccsc',
    'arctg:arctan arcctg:arccot arccosec:arccsc asinh:arsinh acosh:arcosh atanh:artanh arcsinh:arsinh',
    'arccosh:arcosh arctanh:artanh sign:sgn signum:sgn hcf:gcd',
  ]
    .join(' ')
    .split(' ')
    .map((entry): [string, FunctionWord] => {
      const [word = '', name = word] = entry.split(':');
      return [word, name];
    }),
);

/** As plain letters these are products or words. */
const commandsOnly: ReadonlySet<string> = new Set(['Re', 'Im', 'tr', 'arg', 'det', 'dim', 'rank', 'erf', 'sign']);

/** The function that a command, an `\operatorname` or a plain word names, or undefined. */
export function findFunction(name: string): FunctionWord | undefined {
  return functionWords.get(name);
}

/** Accents and bold type, each by the name of one that looks or means the same. */
export const accents: ReadonlyMap<string, string> = new Map(
  [
    'vec overrightarrow:vec hat widehat:hat bar:overline overline dot ddot tilde widetilde:tilde underline',
    'mathbf boldsymbol:mathbf bm:mathbf bold:mathbf mathcal mathscr:mathcal mathfrak',
  ]
    .join(' ')
    .split(' ')
    .map((entry): [string, string] => {
      const [command = '', name = command] = entry.split(':');
      return [command, name];
    }),
);

/** Operators that bind a variable. */
export const boundOperators: ReadonlySet<string> = new Set(['sum', 'prod', 'lim', 'int']);

/** Greek letters that name variables. `\Delta`, `\Sigma` and `\Pi` are operators more often, and `\pi` is a number. */
const greekLetters: ReadonlySet<string> = new Set([
  ...['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'varepsilon', 'zeta', 'eta', 'theta', 'vartheta', 'iota'],
  ...['kappa', 'lambda', 'mu', 'nu', 'xi', 'rho', 'sigma', 'tau', 'upsilon', 'phi', 'varphi', 'chi', 'psi', 'omega'],
  ...['pi', 'Gamma', 'Theta', 'Lambda', 'Phi', 'Psi', 'Omega', 'ell'],
]);

export function isGreekLetter(command: string): boolean {
  return greekLetters.has(command);
}

const greekCharacters: ReadonlyMap<string, string> = new Map([
  ...([...'αβγδεζηθικλμνξπρστυφχψω'] as const).map((character, index): [string, string] => [
    character,
    `\\${
      'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega'.split(
        ' ',
      )[index]
    }`,
  ]),
]);

/** The command of a Greek letter that is written as a character. */
export function findGreekCharacter(character: string): string | undefined {
  return greekCharacters.get(character);
}

/** Greek letters that people type as a word; the shorter ones, such as `xi`, are products just as often. */
const greekWords: ReadonlySet<string> = new Set(['alpha', 'beta', 'gamma', 'theta', 'lambda', 'sigma', 'omega', 'pi']);

/** Short words and short names of functions: what they spell is no product of variables. */
const words: ReadonlySet<string> = new Set([
  ...['am', 'an', 'and', 'any', 'all', 'as', 'at', 'be', 'but', 'by', 'can', 'do', 'few', 'for', 'go', 'he', 'her'],
  ...['his', 'how', 'if', 'is', 'it', 'its', 'man', 'may', 'me', 'men', 'mod', 'my', 'no', 'non', 'nor', 'not', 'now'],
  ...[
    'odd',
    'of',
    'off',
    'old',
    'on',
    'one',
    'two',
    'six',
    'ten',
    'or',
    'our',
    'out',
    'per',
    'pm',
    'red',
    'set',
    'she',
  ],
  ...['so', 'sum', 'the', 'to', 'too', 'up', 'us', 'use', 'was', 'we', 'who', 'why', 'yes', 'yet', 'you', 'day', 'boy'],
  ...['cat', 'dog', 'hat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'jan', 'feb', 'mar', 'apr', 'jun', 'jul'],
  ...['aug', 'sep', 'oct', 'nov', 'dec', 'net', 'tie', 'win', 'low', 'mid', 'top', 'end', 'cup', 'box', 'bag', 'pen'],
  ...['deg', 'rad', 'mol', 'kw', 'hz', 'pa', 'kpa', 'max', 'min', 'sup', 'inf', 'lim', 'gcd', 'lcm', 'hcf', 'det'],
  ...['dim', 'ker', 'arg', 'mean', 'nan', 'lg', 'lb', 'erf', 'var', 'cov', 'phi', 'psi', 'rho', 'tau', 'chi', 'eta'],
  ...['mu', 'nu', 'dne', 'und', 'int', 'len', 'sgn', 'avg', 'med', 'mul', 'div', 'add', 'sub', 'pow', 'cis', 'rem'],
  ...[
    'ii',
    'iii',
    'nil',
    'nth',
    'st',
    'nd',
    'rd',
    'th',
    'sq',
    'pts',
    'pcs',
    'rpm',
    'bps',
    'fps',
    'wpm',
    'ppm',
    'era',
    'are',
    'ear',
  ],
]);

/** The longest run of letters that is read as a product of them. */
const longestProduct = 3;

/** A letter behind a function word without a space: `sinx`. Other letters make words, such as `cost` and `land`. */
const gluedArgument = 120;

export type RunReading =
  | { readonly kind: 'product' }
  | { readonly kind: 'greek' }
  | { readonly kind: 'function'; readonly name: FunctionWord; readonly width: number }
  | { readonly kind: 'unknown' };

const product: RunReading = { kind: 'product' };
const unknown: RunReading = { kind: 'unknown' };

/**
 * What letters without a space between them are. As a product every order of the letters is the same, which is wrong
 * for a name: triangles ABC and ACB, the words "on" and "no". So two capitals, known words and units, and whatever is
 * longer than three letters are not read. Products of two or three lower-case letters are too common in answers
 * (`xy`, `abc`, `bi`) to give up, and an anagram of a short word that is not listed would have to be the other answer.
 */
export function readRun(run: string): RunReading {
  if (run.length === 1) return product;
  const exact = commandsOnly.has(run) ? undefined : functionWords.get(run);
  if (exact !== undefined) return { kind: 'function', name: exact, width: run.length };
  if (greekWords.has(run)) return { kind: 'greek' };
  if (run.charCodeAt(run.length - 1) === gluedArgument) {
    const glued = functionWords.get(run.slice(0, -1));
    if (glued !== undefined) return { kind: 'function', name: glued, width: run.length - 1 };
  }
  if (run.length > longestProduct || countCapitals(run) > 1) return unknown;
  if (run.length > 2 && (countCapitals(run) > 0 || run.includes('pi') || run.includes('ln'))) return unknown;
  const lower = run.toLowerCase();
  return words.has(lower) || isDifferential(run) || isUnitWord(lower) ? unknown : product;
}

/** `dx`: as products `dy/dx` would be `y/x`. */
function isDifferential(run: string): boolean {
  const second = run.charCodeAt(1);
  return run.length === 2 && run.charCodeAt(0) === 100 && second >= 114 && second <= 122;
}

function countCapitals(run: string): number {
  let count = 0;
  for (let i = 0; i < run.length; i++) if (run.charCodeAt(i) < 97) count++;
  return count;
}
