import { englishWords, foreignWords } from './english-words.ts';
import { MathsFinder } from './find-maths.ts';

/** The language of a text, as a detector has it: an ISO 639-1 code, or nothing. */
export type DetectLanguage = (text: string) => string;

const drawing = /\[asy\][\s\S]*?(?:\[\/asy\]|$)/gi;
const command =
  /\\(?:text|mbox|textbf|textit|textrm|emph)\s*\{([^{}]*)\}|\\(?:begin|end|[hv]space\*?)\s*\{[^{}]*\}|\\[a-z]+\*?|\\./gi;
const address = /https?:\/\/\S+/gi;
const marks = /\p{M}+/gu;
/** Letters that are neither Latin nor Greek, or two Greek ones side by side: a text in another script. */
const otherScript = /(?:(?!\p{Script=Latin}|\p{Script=Greek})\p{L}|\p{Script=Greek}{3})/gu;
const words = /\p{Script=Latin}+(?:['’]\p{Script=Latin}+)?/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for what is not ASCII.
const notAscii = /[^\x00-\x7f]/;

const betweenCells = /[|&]/;
const betweenItems = /[,;:]/;
/** The most words that stand together in a cell of a table, and in a list; those of one or two letters are units. */
const mostCellWords = 2;
const mostItemWords = 1;

const windowWords = 8;
const windowStep = 4;

/** Prose of a question: its maths, its drawings and its LaTeX are taken out, but not what is written as text in them. */
export function stripMaths(text: string): string {
  const prose = text.replace(drawing, ' ').replace(address, ' ');
  const finder = new MathsFinder(prose);
  let stripped = '';
  let from = 0;
  for (let at = 0; at < prose.length; at++) {
    const code = prose.charCodeAt(at);
    if (code !== 36 && code !== 92) continue;
    const span = finder.find(at);
    if (span === undefined) {
      if (code === 92) at += 1;
      continue;
    }
    stripped += `${prose.slice(from, at)} ${takeWords(prose.slice(span.from, span.to))} `;
    from = span.end;
    at = span.end - 1;
  }
  return (stripped + prose.slice(from)).replace(command, ' $1 ');
}

/** What is written as text in a formula: two words or more, for one may be a unit or a name. */
function takeWords(maths: string): string {
  if (!maths.includes('\\')) return otherScriptCount(maths) > 0 ? maths : ' ';
  const inside = [...maths.matchAll(/\\(?:text|mbox|textrm)\s*\{([^{}]*)\}/g)].map(([, inner = '']) => inner).join(' ');
  return inside + (otherScriptCount(maths) > 0 ? maths : ' ');
}

function otherScriptCount(text: string): number {
  return notAscii.test(text) ? (text.match(otherScript)?.length ?? 0) : 0;
}

/** Whether a question is English all through: what {@link judgeEnglish} says, and where it doubts, the detector. */
export function isEnglish(text: string, detect: DetectLanguage): boolean {
  const judged = judgeEnglish(text);
  return typeof judged === 'boolean' ? judged : judged.every((stretch) => detect(stretch) === 'en');
}

/**
 * Whether a question is English all through.
 *
 * Small words decide most texts: where every stretch of eight words has English ones and no foreign one, the text is English. Else
 * it is doubtful in each stretch that does not look so, so that a question which changes its language halfway does not pass. Of a
 * stretch of names in a table or a list no one can tell a language: the rest of the text decides. A text without a word is a
 * formula, and passes.
 *
 * @returns where it is doubtful, the stretches that must all be English
 */
export function judgeEnglish(text: string): boolean | readonly string[] {
  const prose = stripMaths(text);
  if (otherScriptCount(prose) >= 2) return false;
  const found = toWords(prose);
  if (found.length === 0) return true;
  const classes = found.map(classify);
  if (found.length <= windowWords) return judgeShort(found, classes);
  const doubtful: (readonly [number, number])[] = [];
  for (let start = 0; ; start += windowStep) {
    const end = Math.min(start + windowWords, found.length);
    const from = Math.max(0, end - windowWords);
    const { english, foreign } = count(classes, from, end);
    if (foreign > 0 || english < 2) doubtful.push([from, end]);
    if (end === found.length) break;
  }
  if (doubtful.length === 0) return true;
  const whole = count(classes, 0, found.length);
  if (whole.foreign >= 2 && whole.foreign * 4 > whole.english) return false;
  const asked = whole.english * 4 < found.length ? [found.join(' ')] : [];
  const lists: string[] = [];
  const listed = new Set<number>();
  const isList = createListTest(prose, found);
  for (const [from, end] of doubtful) {
    const { english, foreign } = count(classes, from, end);
    if (foreign >= 3) return false;
    const isEnough = foreign === 0 ? english >= 1 : foreign === 1 && english >= 4;
    if (isEnough) continue;
    const stretch = found.slice(from, end).join(' ');
    if (foreign > 1 || !isList(from, end)) {
      asked.push(stretch);
      continue;
    }
    lists.push(stretch);
    for (let at = from; at < end; at++) listed.add(at);
  }
  const others = found.length - listed.size;
  const isEnglishBeside =
    whole.english * 2 >= listed.size && whole.english * 3 >= others && whole.foreign * 20 <= whole.english;
  if (!isEnglishBeside) asked.push(...lists);
  return asked.length === 0 ? true : asked;
}

/** @returns whether the words from one place to another are cells of a table, or things of a list */
function createListTest(prose: string, found: readonly string[]): (from: number, end: number) => boolean {
  const plain = toPlain(prose);
  /** Of each word: how many may stand together from it on, where a cell or a thing begins with it. */
  const begins: number[] = [];
  let end = 0;
  let most = 0;
  for (const { 0: word, index } of plain.matchAll(words)) {
    const between = plain.slice(end, index);
    if (betweenCells.test(between)) most = mostCellWords;
    else if (betweenItems.test(between)) most = mostItemWords;
    end = index + word.length;
    if (word.length === 1) continue;
    begins.push(most);
    most = 0;
  }
  return (from, to) => {
    let left = mostItemWords;
    for (let at = from; at < to; at++) {
      if ((begins[at] ?? 0) > 0) left = begins[at] ?? 0;
      if ((found[at] ?? '').length > 2) left -= 1;
      if (left < 0) return false;
    }
    return true;
  };
}

interface Counts {
  readonly english: number;
  readonly foreign: number;
}

type WordClass = 'english' | 'foreign' | 'unknown';

function classify(word: string): WordClass {
  if (englishWords.has(word)) return 'english';
  return foreignWords.has(word) ? 'foreign' : 'unknown';
}

/** In small letters without accents; letters that stand alone are variables. */
function toWords(prose: string): readonly string[] {
  return (toPlain(prose).match(words) ?? []).filter((word) => word.length > 1);
}

function toPlain(prose: string): string {
  return (notAscii.test(prose) ? prose.normalize('NFKD').replace(marks, '') : prose).toLowerCase();
}

function count(classes: readonly WordClass[], from: number, end: number): Counts {
  let english = 0;
  let foreign = 0;
  for (let at = from; at < end; at++) {
    if (classes[at] === 'english') english += 1;
    else if (classes[at] === 'foreign') foreign += 1;
  }
  return { english, foreign };
}

function judgeShort(found: readonly string[], classes: readonly WordClass[]): boolean | readonly string[] {
  const { english, foreign } = count(classes, 0, classes.length);
  if (foreign > 0) return english >= 3 * foreign ? [found.join(' ')] : false;
  if (english * 3 >= found.length) return true;
  // Of so few words a detector that knows none of them guesses.
  return english === 0 && found.length > 2 ? false : [found.join(' ')];
}
