/** Two sides of `=` in a solution, both of numbers alone, so that nothing but arithmetic decides. */
export interface Equation {
  readonly left: string;
  readonly right: string;
  /** How far apart they may be where a side is rounded: `10/3 = 3.33` says no more than three places. */
  readonly tolerance?: { readonly absolute?: string; readonly relative?: string };
}

/** More signs in one solution are not looked at: no solution needs them, and a looping model writes them. */
const mostSigns = 400;
const longestSide = 200;

/** What arithmetic is written with, in text and in LaTeX. A side is a row of these. */
const piece = String.raw`(?:\d{1,3}(?:(?:,|\{,\}|,\\!)\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|[-+*/^()×÷·−–]|(?<=[\d)}])!|\\(?:times|cdot|div|pi|left|right)(?![a-z])|\\(?:[dt]?frac|sqrt|binom)(?![a-z])|[{}]|\\[,;:!]|[ \t])`;
const nextPiece = new RegExp(piece, 'y');

/** Words behind which a number is no beginning of a side: "Step 2 - 3 + 4 = 1", "half of 10 + 2 = 7". */
const joinsOn =
  /(?:\\[a-z]+|\b(?:of|twice|thrice|double|triple|half|third|quarter|than|times|by|plus|minus|over|from|into|to|\d\s+(?:and|or)|step|part|case|question|problem|equation|example|number|no\.?|option|day|week|year|page|chapter|sin|cos|tan|cot|sec|csc|log|ln|exp|sqrt|root|abs|max|min|gcd|lcm|mod|between|not|isn['’]t|aren['’]t))\s*$/i;

/** Words that turn a number into another: remainders, and measures that 90 = 1.5 hours converts. */
const turnsInto =
  /^\s*(?:\\?%|percent|remainder|rem\b|r\s*\d|mod|\(?\\?(?:mod|pmod|bmod)|(?:and|or)\s+(?:\d\s*\/|\\[dt]?frac)|with\b|times|plus|minus|more|less|over|dozens?|hundreds?|thousands?|millions?|billions?|trillions?|pairs?|tens\b|ones\b|°|degrees?|radians?|(?:milli|centi|kilo|micro)?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur|inch|feet|foot|yards?|miles?|meters?|metres?|grams?|lit(?:er|re)s?|pounds?|ounces?|tons?|cents?|dimes?|nickels?|quarters?|pennies|gallons?|quarts?|pints?|cups?)|(?:mm|cm|km|kg|mg|ml|lbs?|oz|ft|in|hrs?|mins?|secs?|h|s|m|g|l)\b|a\.?m\b|p\.?m\b|\.\.\.|…|\\[cl]?dots)/i;

/** A sentence that only tries, supposes or denies says nothing that could be wrong. */
const isSupposed =
  /\?|\b(?:if|suppose|assume|assuming|would|could|try|trying|guess|test|check whether|not|n['’]t|never|wrong|incorrect|false|impossible|contradict\w*|mistake\w*|instead|approximately|about|roughly|base|mod|modulo)\b|\\(?:approx|neq|ne|pmod|bmod|mod|equiv)(?![a-z])|≈|≠/i;

/**
 * The equations of a solution that arithmetic alone can decide, in text and LaTeX, each `=` of a chain for itself. What has a letter on
 * a side is left out: it may be a condition or a definition. So is all that stands in doubt, because an equation that counts as
 * wrong must be wrong.
 *
 * Takes time linear in the text.
 *
 * @example
 * findEquations('So $3 \\cdot 4 = 12$ apples, 12 / 5 = 2.4.');
 * // [{ left: '3 \\cdot 4', right: '12' }, { left: '12 / 5', right: '2.4', tolerance: { absolute: '0.05' } }]
 */
export function findEquations(solution: string): readonly Equation[] {
  const found: Equation[] = [];
  let signs = 0;
  for (const sentence of prepare(solution).split(/\n|(?<=[.;?]|\p{L}!)[ \t]+/u)) {
    if (!sentence.includes('=') || isSupposed.test(sentence)) continue;
    for (const { left, right } of listSides(sentence)) {
      if (++signs > mostSigns) return found;
      const sides = { left: takeLeft(left), right: takeRight(right) };
      const equation =
        sides.left === undefined || sides.right === undefined ? undefined : relate(sides.left, sides.right);
      if (equation !== undefined) found.push(equation);
    }
  }
  return found;
}

/** Takes off the dress of a text: delimiters of mathematics, currency and bold. The words in `\text{}` stay as words. */
function prepare(solution: string): string {
  const plain = solution
    .replace(/\\\\(?:\[[^\]]*\])?[ \t]*\n?|\$\$|\\[[\]]/g, '\n')
    .replace(/\\(?:text|textbf|mathrm|mathbf|operatorname)\s*\{([^{}]*)\}/g, ' $1 ')
    .replace(/\\boxed\s*(?=\{)/g, '')
    .replace(/(\d)\*\*(\d)/g, '$1^$2')
    .replaceAll('\\&', '@')
    .replace(/\\[()]|\*\*|__|\\?\$|&|<<|[`"“”]/g, ' ')
    .replaceAll('>>', ' ; ')
    .replace(/\\displaystyle|\\q?quad|\\(?=\s)|~/g, ' ');
  return joinLines(plain);
}

const bullet = /^(?:[*•>]|\(?\d{1,2}[.)]|#+)\s+/;

/** Sources break lines within a formula. A line that begins with a minus may go on with the one before, or be a point of a list. */
function joinLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim().replace(bullet, ''));
  let joined = '';
  for (const [place, line] of lines.entries()) {
    const before = lines[place - 1] ?? '';
    const goesOn = endsOpen.test(before) || beginsOpen.test(line);
    const isPoint = beginsWithMinus.test(line) && /^$|^[-–]\s|[.:;,!?\p{L}]$/u.test(before);
    if (goesOn && place > 0) joined += ` ${line}`;
    else if (isPoint) joined += `\n${line.slice(1)}`;
    else joined += `\n${beginsWithMinus.test(line) ? unclear : ''}${line}`;
  }
  return joined;
}

const endsOpen = /(?:[-+*/=^(×÷·−–]|\\(?:times|cdot|div))$/;
const beginsOpen = /^(?:[=+/^×÷·−]|\\(?:times|cdot|div)(?![a-z]))/;
const beginsWithMinus = /^[-–]\s/;

/** Stands for what may or may not be a part of a side. */
const unclear = '∴';

/** A row of arithmetic beside an equal sign, and some of what stands beyond it. */
interface Side {
  readonly run: string;
  readonly beyond: string;
}

const beyondLength = 60;

/** What stands on both sides of each equal sign of a sentence. One pass, so that a long row costs no more than its length. */
function listSides(sentence: string): readonly { readonly left: Side; readonly right: Side }[] {
  const signs: { readonly start: number; readonly at: number; end: number }[] = [];
  let start = 0;
  let isOpen = false;
  const endRun = (at: number): void => {
    const last = signs.at(-1);
    if (isOpen && last !== undefined) last.end = at;
    isOpen = false;
  };
  for (let at = 0; at < sentence.length; ) {
    nextPiece.lastIndex = at;
    if (nextPiece.test(sentence)) {
      at = nextPiece.lastIndex;
      continue;
    }
    endRun(at);
    const isSign =
      sentence[at] === '=' && !/[<>!:=~≈≠≤≥]/.test(sentence[at - 1] ?? '') && !/[=~>]/.test(sentence[at + 1] ?? '');
    if (isSign) signs.push({ start, at, end: sentence.length });
    isOpen = isSign;
    at += 1;
    start = at;
  }
  return signs.map((sign) => ({
    left: {
      run: sentence.slice(sign.start, sign.at),
      beyond: sentence.slice(Math.max(0, sign.start - beyondLength), sign.start),
    },
    right: {
      run: sentence.slice(sign.at + 1, sign.end),
      beyond: sentence.slice(sign.end, sign.end + beyondLength),
    },
  }));
}

function takeLeft({ run, beyond: rest }: Side): string | undefined {
  if (run === '' || run.length > 2 * longestSide) return undefined;
  // The end of a word, a name or an index: more belongs to it.
  if (/(?:[\p{L}\p{N}_\\'’|\]⟩]|\d[,:.])$/u.test(rest) && !/^\s/.test(run)) return undefined;
  if (joinsOn.test(rest) || /[_|\]⌋⌉%°#@∴∗⋆]\s*$|(?<!\p{L})\p{L}\s*$|\p{Lu}{2,4}\s*$/u.test(rest)) return undefined;
  // A number alone is a side where nothing runs into it: "at .50 = 45 * .5" is a slip of reading.
  if (!hasOperator(run.trim()) && !/(?:^|[=,;:(.])\s*$/.test(rest)) return undefined;
  if (/^\s*[-−–]/.test(run) && /[\p{L}\p{N}]\s*$/u.test(rest)) return undefined;
  return checkSide(closeBrackets(run));
}

function takeRight({ run, beyond: rest }: Side): string | undefined {
  if (run === '' || run.length > 2 * longestSide) return undefined;
  if (/^[\p{L}_\\'’|[⟨⌊⌈:]/u.test(rest) && !/\s$/.test(run)) return undefined;
  // A comma of a list, and not one of a sentence.
  if (/^[,;]\d/.test(rest) || turnsInto.test(rest)) return undefined;
  if (/^\s*(?:\\[a-z]|[_|⌊⌈:]|\p{L}(?![\p{L}'’]))/u.test(rest)) return undefined;
  return checkSide(openBrackets(run));
}

/** A bracket that nothing opens ends what came before: `(12 / 4 = 3)`. */
function openBrackets(run: string): string {
  let depth = 0;
  for (let place = 0; place < run.length; place++) {
    if ('({'.includes(run[place] ?? '')) depth += 1;
    if (!')}'.includes(run[place] ?? '')) continue;
    if (depth === 0) return run.slice(0, place);
    depth -= 1;
  }
  return run;
}

function closeBrackets(run: string): string {
  let depth = 0;
  for (let place = run.length - 1; place >= 0; place--) {
    if (')}'.includes(run[place] ?? '')) depth += 1;
    if (!'({'.includes(run[place] ?? '')) continue;
    if (depth === 0) return run.slice(place + 1);
    depth -= 1;
  }
  return run;
}

function checkSide(run: string): string | undefined {
  const side = run
    .replace(/(\d)(?:,\\!|,|\{,\})(?=\d{3})/g, '$1')
    .replace(/\\[,;:!]/g, ' ')
    .replace(/[−–]/g, '-')
    .replaceAll('×', '*')
    .replaceAll('÷', '/')
    .replaceAll('·', '*')
    .trim();
  if (side === '' || side.length > longestSide || !/\d|\\pi/.test(side)) return undefined;
  // Something stands before or behind it that is no arithmetic; two numbers side by side may be anything.
  if (/^[+*/^!}]|^\\(?:times|cdot|div)|[-+*/^]$|\\(?:times|cdot|div|left|right)$/.test(side)) return undefined;
  if (/\d\s+[\d.]|\/\s*\/|\*\s*\*|\(\s*\)|\)\s*\d/.test(side)) return undefined;
  // Which of 1/2(3) and 1/(2*3) is meant nobody knows, and 6 / 1/3 may be 18.
  if (/\/\s*[\d.]+\s*[({\\/]/.test(side)) return undefined;
  // In LaTeX 3^24 is 9 * 4, where its writer knows it.
  if (side.includes('\\') && /\^\s*\d\d/.test(side)) return undefined;
  return isBalanced(side) ? side : undefined;
}

function isBalanced(side: string): boolean {
  const open: string[] = [];
  for (const character of side) {
    if (character === '(' || character === '{') open.push(character);
    if (character === ')' && open.pop() !== '(') return false;
    if (character === '}' && open.pop() !== '{') return false;
  }
  return open.length === 0;
}

function relate(left: string, right: string): Equation | undefined {
  // A number beside a number is a slip of reading, and not of the solution: "2 x 3 = 6".
  if (!hasOperator(left) && !hasOperator(right)) return undefined;
  const places = Math.max(...[left, right].map((side) => /^-?\d*\.(\d+)$/.exec(side)?.[1]?.length ?? 0));
  // A step that goes on with a rounded number is as far off as that was.
  const isRounded = [left, right].some((side) => hasOperator(side) && /\.\d\d/.test(side));
  if (places === 0 && !isRounded) return { left, right };
  const absolute = places === 0 ? {} : { absolute: `0.${'0'.repeat(places)}5` };
  return { left, right, tolerance: { ...absolute, ...(isRounded ? { relative: '0.001' } : {}) } };
}

function hasOperator(side: string): boolean {
  return /[-+*/^!(]|\\(?:times|cdot|div|d?frac|tfrac|sqrt|binom)/.test(side.replace(/^-/, ''));
}
