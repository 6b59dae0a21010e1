/** What a unit measures, and how many of the dimension's base it is, as `numerator/denominator` in whole numbers. */
interface KnownUnit {
  readonly name: string;
  readonly dimension: string;
  readonly size: readonly [numerator: number, denominator: number];
}

type Row = readonly [name: string, numerator: number, denominator: number, ...spellings: string[]];

/**
 * Units by dimension. The sizes serve one purpose: `50 cents` against `0.5` is not called different, since the bare
 * number may be meant in dollars. Spellings of one letter are read only inside `\text{}`.
 */
const dimensions: Readonly<Record<string, readonly Row[]>> = {
  length: [
    ['mm', 1, 1000, 'millimeter', 'millimeters', 'millimetre', 'millimetres'],
    ['cm', 1, 100, 'centimeter', 'centimeters', 'centimetre', 'centimetres', 'cms'],
    ['dm', 1, 10, 'decimeter', 'decimeters'],
    ['m', 1, 1, 'meter', 'meters', 'metre', 'metres'],
    ['km', 1000, 1, 'kilometer', 'kilometers', 'kilometre', 'kilometres', 'kms'],
    ['inch', 127, 5000, 'inches', 'in'],
    ['foot', 381, 1250, 'feet', 'ft'],
    ['yard', 1143, 1250, 'yards', 'yd', 'yds'],
    ['mile', 201168, 125, 'miles', 'mi'],
  ],
  time: [
    ['ms', 1, 1000, 'millisecond', 'milliseconds'],
    ['second', 1, 1, 'seconds', 'sec', 'secs', 's'],
    ['minute', 60, 1, 'minutes', 'min', 'mins'],
    ['hour', 3600, 1, 'hours', 'hr', 'hrs', 'h'],
    ['day', 86400, 1, 'days'],
    ['week', 604800, 1, 'weeks'],
    ['month', 2592000, 1, 'months'],
    ['year', 31104000, 1, 'years', 'yr', 'yrs'],
  ],
  money: [
    ['cent', 1, 100, 'cents'],
    ['dollar', 1, 1, 'dollars', '$', 'usd'],
  ],
  mass: [
    ['mg', 1, 1000, 'milligram', 'milligrams'],
    ['gram', 1, 1, 'grams', 'g', 'gm'],
    ['kg', 1000, 1, 'kilogram', 'kilograms', 'kgs'],
    ['ounce', 28349523125, 1000000000, 'ounces', 'oz'],
    ['pound', 45359237, 100000, 'pounds', 'lb', 'lbs'],
    ['ton', 1000000, 1, 'tons', 'tonnes', 't'],
  ],
  volume: [
    ['ml', 1, 1000, 'milliliter', 'milliliters', 'millilitres', 'mL'],
    ['cl', 1, 100, 'centiliters'],
    ['liter', 1, 1, 'liters', 'litre', 'litres', 'l', 'L'],
    ['cup', 1, 4, 'cups'],
    ['pint', 1, 2, 'pints'],
    ['quart', 1, 1, 'quarts'],
    ['gallon', 4, 1, 'gallons', 'gal'],
  ],
  information: [
    ['bit', 1, 8, 'bits'],
    ['byte', 1, 1, 'bytes'],
    ['kilobyte', 1000, 1, 'kilobytes', 'KB', 'kB'],
    ['megabyte', 1000000, 1, 'megabytes', 'MB', 'mb'],
    ['gigabyte', 1000000000, 1, 'gigabytes', 'GB', 'gb'],
  ],
};

/** Units without a conversion in the table, and things that answers count; plural forms as they are written. */
const plainUnits: readonly string[] = [
  ...['degree degrees', 'radian radians rad', 'unit units', 'euro euros', 'mph', 'kph', 'wpm', 'kw', 'kwh', 'watts'],
  ...['milesperhour', 'mbperhour', 'volts', 'amps', 'ohms', 'joules', 'newtons', 'acre acres', 'hectare hectares'],
  ...['calorie calories', 'person people persons', 'child children', 'student students', 'man men', 'woman women'],
  ...['boy boys', 'girl girls', 'point points', 'page pages', 'book books', 'bag bags', 'box boxes'],
  ...['apple apples', 'orange oranges', 'egg eggs', 'cookie cookies', 'car cars', 'ticket tickets', 'word words'],
  ...['marble marbles', 'piece pieces', 'slice slices', 'bottle bottles', 'way ways', 'item items'],
  ...['coin coins', 'card cards', 'flower flowers', 'tree trees', 'animal animals', 'dog dogs', 'cat cats'],
  ...['step steps', 'trip trips', 'game games', 'ball balls', 'fish', 'bird birds', 'chicken chickens'],
];

/** Words that belong to a unit without being one. */
const unitParticles: ReadonlySet<string> = new Set([
  'per',
  'square',
  'sq',
  'cubic',
  'us',
  'of',
  'a',
  'an',
  'each',
  'the',
]);

/**
 * Words that change what the number means, so that no text with one of them is a unit: `5 million`, `5 or more`,
 * `5 dozen`, `5 mod 7`.
 */
const changingWords: ReadonlySet<string> = new Set([
  ...['hundred', 'thousand', 'million', 'billion', 'trillion', 'hundreds', 'thousands', 'millions', 'billions'],
  ...['dozen', 'dozens', 'pair', 'pairs', 'couple', 'couples', 'score', 'gross', 'half', 'halves', 'third', 'thirds'],
  ...['quarter', 'quarters', 'fourths', 'fifths', 'sixths', 'eighths', 'tenths', 'hundredths', 'percent', 'percentage'],
  ...['and', 'or', 'to', 'not', 'no', 'if', 'when', 'where', 'for', 'mod', 'modulo', 'base', 'more', 'less', 'least'],
  ...['most', 'than', 'over', 'under', 'above', 'below', 'plus', 'minus', 'times', 'squared', 'cubed', 'choose', 'th'],
  ...['st', 'nd', 'rd', 'factorial', 'remainder', 'r', 'point', 'negative', 'positive', 'am', 'pm', 'past', 'before'],
  ...['after', 'north', 'south', 'east', 'west', 'up', 'down', 'left', 'right', 'i', 'e', 'pi', 'about', 'almost'],
  ...['approximately', 'around', 'between', 'except', 'from', 'only', 'is', 'are', 'was', 'infinity', 'ln', 'log'],
  ...['sin', 'cos', 'tan', 'gcd', 'lcm', 'even', 'odd', 'ad', 'bc', 'by', 'out', 'with', 'without', 'bce'],
  ...[
    'fewer',
    'loss',
    'debt',
    'deficit',
    'behind',
    'power',
    'root',
    'roots',
    'double',
    'twice',
    'triple',
    'n',
    'x',
    'y',
    'z',
    'k',
    'unless',
    'but',
    'then',
    'so',
  ],
]);

/** Number words that scale by a power of ten, as in `2 million dollars`. */
const scaleExponents: ReadonlyMap<string, number> = new Map([
  ['thousand', 3],
  ['million', 6],
  ['billion', 9],
  ['trillion', 12],
]);

interface UnitTables {
  readonly known: ReadonlyMap<string, KnownUnit>;
  readonly byDimension: ReadonlyMap<string, readonly KnownUnit[]>;
}

let tables: UnitTables | undefined;

/** Built when the first unit is met, so that importing the package costs nothing. */
function getTables(): UnitTables {
  tables ??= buildTables();
  return tables;
}

function buildTables(): UnitTables {
  const known = new Map<string, KnownUnit>();
  const byDimension = new Map<string, KnownUnit[]>();
  for (const group of plainUnits) {
    const spellings = group.split(' ');
    const unit: KnownUnit = { name: spellings[0] as string, dimension: '', size: [1, 1] };
    for (const spelling of spellings) known.set(spelling, unit);
  }
  for (const [dimension, rows] of Object.entries(dimensions)) {
    const units: KnownUnit[] = [];
    for (const [name, numerator, denominator, ...spellings] of rows) {
      const unit: KnownUnit = { name, dimension, size: [numerator, denominator] };
      units.push(unit);
      for (const spelling of [name, ...spellings]) known.set(spelling, unit);
    }
    byDimension.set(dimension, units);
  }
  return { known, byDimension };
}

/** A unit by one of its spellings. Short ones keep their case: `mb` and `MB` happen, `Cm` does not. */
export function findUnit(word: string): KnownUnit | undefined {
  const { known } = getTables();
  return known.get(word) ?? (word.length > 3 ? known.get(word.toLowerCase()) : undefined);
}

export function isUnitParticle(word: string): boolean {
  return unitParticles.has(word.toLowerCase());
}

export function changesMeaning(word: string): boolean {
  return changingWords.has(word.toLowerCase());
}

export function getScaleExponent(word: string): number | undefined {
  return scaleExponents.get(word.toLowerCase());
}

/** Every size that a unit of the dimension has against another of it, raised to the power. */
export function listConversions(dimension: string, power: number): readonly (readonly [bigint, bigint])[] {
  const units = getTables().byDimension.get(dimension) ?? [];
  const exponent = BigInt(power);
  const conversions: [bigint, bigint][] = [];
  for (const from of units) {
    for (const to of units) {
      if (from === to) continue;
      conversions.push([BigInt(from.size[0] * to.size[1]) ** exponent, BigInt(from.size[1] * to.size[0]) ** exponent]);
    }
  }
  return conversions;
}
