/** What is replaced, in this order: table of Lewkowycz et al. (2022), appendix D. */
const substitutions: readonly (readonly [string, string])[] = [
  ['an ', ''],
  ['a ', ''],
  ['.$', '$'],
  ['\\$', ''],
  ['\\ ', ''],
  [' ', ''],
  ['mbox', 'text'],
  [',\\text{and}', ','],
  ['\\text{and}', ','],
  ['\\text{m}', '\\text{}'],
];

const removedWords: readonly string[] = [
  ...['square', 'ways', 'integers', 'dollars', 'mph', 'inches', 'ft', 'hours', 'km', 'units'],
  ...['sue', 'points', 'feet', 'minutes', 'digits', 'cents', 'degrees', 'cm', 'gm', 'pounds', 'meters', 'meals'],
  ...['edges', 'students', 'childrentickets', 'multiples'],
];

/** The order matters between the words and the rest: `\ldots` goes behind `units`, `\dots` is the last. */
const removed: readonly string[] = [
  ...removedWords.slice(0, 10),
  '\\ldots',
  ...removedWords.slice(10),
  ...['\\text{s}', '\\text{.}', '\\text{\ns}', '\\text{}^2', '\\text{}^3', '\\text{\n}', '\\text{}', '\\mathrm{th}'],
  ...['^\\circ', '^{\\circ}', '\\;', ',\\!', '{,}', '"', '\\dots'],
];

const isWord = (text: string): boolean => /^[a-z]+$/.test(text);

/**
 * An answer as Minerva's normalisation leaves it: what stands behind the last equals sign, without units, words and
 * dress, with the shorthand of fractions and roots written out and the commas of thousands taken away.
 */
export function normalizeFinalAnswer(answer: string): string {
  let text = answer.slice(answer.lastIndexOf('=') + 1);
  for (const word of removedWords) {
    text = text.replace(new RegExp(`(?<![\\\\\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, 'gu'), '');
  }
  for (const [before, after] of substitutions) text = text.replaceAll(before, after);
  for (const expression of removed) {
    text = isWord(expression) ? removeOutsideCommands(text, expression) : text.replaceAll(expression, '');
  }
  return stripThousands(writeOut(undress(text)).replaceAll('$', ''));
}

function removeOutsideCommands(text: string, word: string): string {
  return text
    .split(/(\\[a-zA-Z]+)/)
    .map((part, i) => (i % 2 === 0 ? part.replaceAll(word, '') : part))
    .join('');
}

function undress(text: string): string {
  return text
    .replaceAll(/[^\n]*?\$([^\n]*?)\$[^\n]*/g, '$$$1$$')
    .replaceAll(/\\text\{([^\n]*?)\}/g, '$1')
    .replaceAll(/\\textbf\{([^\n]*?)\}/g, '$1')
    .replaceAll(/\\overline\{([^\n]*?)\}/g, '$1')
    .replaceAll(/\\boxed\{([^\n]*)\}/g, '$1');
}

function writeOut(text: string): string {
  return text
    .replaceAll(/frac([^{])([^\n])/g, 'frac{$1}{$2}')
    .replaceAll(/sqrt(\[[^\]]*\])([\p{L}\p{N}_])/gu, 'sqrt$1{$2}')
    .replaceAll(/sqrt(?!\[)([^{])/g, 'sqrt{$1}');
}

function stripThousands(text: string): string {
  return /^-?\d{1,3}(?:,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text;
}
