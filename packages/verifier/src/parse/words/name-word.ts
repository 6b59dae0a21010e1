/** Words that are one answer: inflections, abbreviations and symbols, each row under its first. */
const synonyms = [
  'diverges diverge divergent diverging',
  'converges converge convergent converging',
  'increasing increases increase rising rises',
  'decreasing decreases decrease falling falls',
  'monday mon',
  'tuesday tue tues',
  'wednesday wed',
  'thursday thu thurs',
  'friday fri',
  'saturday sat',
  'sunday sun',
  "not cannot isn't aren't doesn't don't can't",
  'and &',
  'approximately about roughly around approx \\approx',
  'minimum min minima',
  'maximum max maxima',
  'function functions',
  'grey gray',
  'color colour',
  'centre center',
  'first 1st',
  'second 2nd',
  'third 3rd',
  ...'fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ').map((word, i) => `${word} ${i + 4}th`),
];

let names: ReadonlyMap<string, string> | undefined;

function getNames(): ReadonlyMap<string, string> {
  names ??= new Map(
    synonyms.flatMap((row) => {
      const [first, ...others] = row.split(' ');
      return others.map((other): [string, string] => [other, first as string]);
    }),
  );
  return names;
}

const articles: ReadonlySet<string> = new Set(['a', 'an', 'the']);

/**
 * A word in the form in which words are compared: lower case unless it is one capital or names points, no hyphens;
 * empty for an article.
 */
export function nameWord(word: string): string {
  if (articles.has(word) || word === 'and' || /^(?:The|An)$/.test(word)) return '';
  if (word.length === 1) return word;
  const lower = word.toLowerCase().replaceAll('-', '').replaceAll('’', "'");
  const name = getNames().get(lower) ?? lower;
  // Two or three capitals name points or a variable; "IS" and "ODD" are words that shout.
  const isName =
    word.length < 4 &&
    word === word.toUpperCase() &&
    word !== lower &&
    name === lower &&
    !/^(?:odd|yes|no|all|not|one|two|six|ten|is|red)$/.test(lower);
  return isName ? word : name;
}
