import { divideRationals, makeRational, multiplyRationals, type Rational } from '../rational.ts';

/** A unit of the table, in the bases of its dimension. */
export interface KnownUnit {
  readonly name: string;
  /** Powers of the bases: `{m: 1, second: -2}`. A base is a unit that no other one of the table defines. */
  readonly bases: Bases;
  /** How many of the bases it is. */
  readonly size: Rational;
  /** What is added after the size, for scales of temperature whose zeros differ. */
  readonly offset?: Rational;
  /** How what it measures is told from the rest. */
  readonly kind: 'physical' | 'thing' | 'vague';
}

export type Bases = Readonly<Record<string, number>>;

/**
 * Each row: spellings, and after `=` a size and the units it is a product of. A row without `=` is a base. Plurals in
 * -s and -es need no spelling. Spellings of one letter are read only where no variable can be meant.
 */
const physical = `m meter metre;cm centimeter centimetre=1/100 m;mm millimeter millimetre=1/1000 m;
dm decimeter decimetre=1/10 m;km kilometer kilometre=1000 m;inch in=127/5000 m;foot feet ft=12 inch;
yard yd=3 foot;mile mi=1760 yard;second sec s;minute min=60 second;hour hr h=60 minute;day=24 hour;week wk=7 day;
ms millisecond=1/1000 second;month;year yr=12 month;decade=10 year;century centuries=100 year;
gram g gm;kg kilogram kilo=1000 gram;mg milligram=1/1000 gram;pound lb lbs=45359237/100000 gram;
ounce oz=1/16 pound;tonne t=1000000 gram;stone=14 pound;
liter litre l L=1/1000 m^3;ml mL milliliter millilitre=1/1000 liter;cl cL centiliter centilitre=1/100 liter;
gallon gal=231 inch^3;quart qt=1/4 gallon;pint pt=1/2 quart;cup=1/2 pint;tablespoon tbsp=1/16 cup;
teaspoon tsp=1/3 tablespoon;cc ccm=1 cm^3;acre=43560 foot^2;hectare ha=10000 m^2;mph=1 mile hour^-1;
kph kmh kmph=1 km hour^-1;fps=1 foot second^-1;knot=463/900 m second^-1;
newton N=1 kg m second^-2;joule J=1 newton m;watt W=1 joule second^-1;kw kW kilowatt=1000 watt;
kwh kWh=1000 watt hour;pascal Pa=1 newton m^-2;hertz Hz=1 second^-1;amp ampere A;coulomb C=1 amp second;
volt V=1 joule coulomb^-1;ohm Ω=1 volt amp^-1;farad F=1 coulomb volt^-1;tesla T=1 volt second m^-2;
weber Wb=1 volt second;henry H=1 weber amp^-1;calorie cal=523/125 joule;atmosphere atm=101325 pascal;au AU=149597870700 m;mole mol;kelvin K;
dollar $ usd USD buck;cent ¢=1/100 dollar;dime=1/10 dollar;nickel=1/20 dollar;penny pennies=1/100 dollar;
euro € eur EUR;sterling £ gbp GBP quid;pence=1/100 sterling;yen ¥ jpy JPY;rupee ₹ inr INR rs Rs;peso;won;yuan rmb RMB;
bit;byte=8 bit;degree;arcminute arcmin=1/60 degree;arcsecond arcsec=1/60 arcminute;revolution rev=360 degree;
radian rad;rpm=1 revolution minute^-1;bps=1 bit second^-1`;

/** Units that people take for different sizes: two of them that do not agree may yet. */
const vague = `ton=2000 pound;kilobyte KB kB kb=1000 byte;megabyte MB mb=1000 kilobyte;gigabyte GB gb=1000 megabyte;
terabyte TB tb=1000 gigabyte;kcal=1000 calorie;wpm;unit`;

/** Things that answers count; another of them is another thing. */
const things = `apple;orange;pear;banana;boy;girl;man men;woman women;dog;cat;egg;cookie;car;book;pencil;pen;marble;
chicken;cow;horse;fish;bird;flower;tree;rose;tulip;candy candies;cake;ticket;hat;shirt;shoe;house`;

const prefixes: readonly (readonly [symbol: string, name: string, exponent: number])[] = [
  ['p', 'pico', -12],
  ['n', 'nano', -9],
  ['µ', 'micro', -6],
  ['μ', 'micro', -6],
  ['m', 'milli', -3],
  ['c', 'centi', -2],
  ['d', 'deci', -1],
  ['k', 'kilo', 3],
  ['M', 'mega', 6],
  ['G', 'giga', 9],
];

const symbols: ReadonlySet<string> = new Set([...'mgsLNJWVAFCTHKΩ', 'Pa', 'Hz', 'Wb', 'mol', 'cal', 'rad']);

/** Words that belong to a unit without being one. */
const particles: ReadonlySet<string> = new Set('of the a an each us apiece total altogether'.split(' '));

/**
 * Words that change what the number means, so that no text with one of them is a unit: `5 or more`, `5 dozen`,
 * `5 mod 7`.
 */
const changingWords: ReadonlySet<string> = new Set(
  (
    'hundred thousand million billion trillion hundreds thousands millions billions dozen dozens pair pairs couple couples ' +
    'score gross half halves third thirds quarter quarters fourths fifths sixths eighths tenths hundredths percent ' +
    'percentage and or to not no if when where for mod modulo base more less least most than over under above below plus ' +
    'minus times choose factorial remainder r point negative positive am pm past before after north south east west up ' +
    'down left right i e pi about almost approximately around between except from only is are was infinity ln log sin cos ' +
    'tan gcd lcm even odd ad bc by out with without bce fewer loss debt deficit behind power root roots double twice triple ' +
    'n x y z k unless but then so which that since because equals equal yes has have true false wrong right correct ' +
    'incorrect maybe none nan inf sqrt infinite infinity undefined error impossible prime composite unknown approx zero ' +
    'one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ' +
    'ninety ones tens lakh lac crore wait oops invalid'
  ).split(' '),
);

/** Number words that scale, as in `2 million dollars`. */
const scales: ReadonlyMap<string, bigint> = new Map([
  ['hundred', 100n],
  ['thousand', 1000n],
  ['million', 10n ** 6n],
  ['billion', 10n ** 9n],
  ['trillion', 10n ** 12n],
  ['dozen', 12n],
  ['lakh', 10n ** 5n],
  ['crore', 10n ** 7n],
]);

let table: Map<string, KnownUnit> | undefined;
let byBases: ReadonlyMap<string, readonly KnownUnit[]> | undefined;

/** Built when the first unit is met, so that importing the package costs nothing. */
function getTable(): Map<string, KnownUnit> {
  if (table !== undefined) return table;
  table = new Map();
  addRows(table, physical, 'physical');
  addRows(table, vague, 'vague');
  addRows(table, things, 'thing');
  const kelvin = table.get('kelvin') as KnownUnit;
  const [nine, five, hundred] = [9n, 5n, 100n];
  table.set('°C', { ...kelvin, name: 'degree C', offset: makeRational(27315n, hundred) });
  table.set('°F', { ...kelvin, name: 'degree F', size: makeRational(five, nine), offset: makeRational(45967n, 180n) });
  for (const [spelling, sign] of [...'CF'].flatMap((letter) => [
    [letter === 'C' ? 'celsius' : 'fahrenheit', `°${letter}`],
    [letter === 'C' ? '℃' : '℉', `°${letter}`],
  ])) {
    table.set(spelling as string, table.get(sign as string) as KnownUnit);
  }
  return table;
}

function addRows(target: Map<string, KnownUnit>, rows: string, kind: KnownUnit['kind']): void {
  for (const row of rows.replaceAll('\n', '').split(';')) {
    const [left, right] = row.split('=') as [string, string | undefined];
    const spellings = left.split(' ');
    const name = spellings[0] as string;
    const [size, ...factors] = (right ?? `1`).split(' ') as [string, ...string[]];
    const [numerator, denominator = '1'] = size.split('/') as [string, string?];
    const parts = factors.map((factor): readonly [KnownUnit, number] => {
      const [base, power = '1'] = factor.split('^') as [string, string?];
      return [target.get(base) as KnownUnit, Number(power)];
    });
    const product = multiplyUnits(parts);
    const unit: KnownUnit = {
      name,
      kind,
      bases: right === undefined ? { [name]: 1 } : product.bases,
      size: multiplyRationals(makeRational(BigInt(numerator), BigInt(denominator)), product.size),
    };
    for (const spelling of spellings) target.set(spelling, unit);
  }
}

/** The product of units to whole powers. */
export function multiplyUnits(parts: readonly (readonly [KnownUnit, number])[]): Pick<KnownUnit, 'bases' | 'size'> {
  const bases: Record<string, number> = {};
  let size: Rational = { numerator: 1n, denominator: 1n };
  for (const [unit, power] of parts) {
    for (const [base, exponent] of Object.entries(unit.bases)) bases[base] = (bases[base] ?? 0) + exponent * power;
    for (let i = 0; i < Math.abs(power); i++) {
      size = power > 0 ? multiplyRationals(size, unit.size) : divideRationals(size, unit.size);
    }
  }
  return { bases, size };
}

/** A unit of the table by one of its spellings. Short ones keep their case: `mb` and `MB` happen, `Cm` does not. */
export function findUnit(word: string): KnownUnit | undefined {
  const known = getTable();
  const exact = known.get(word);
  if (exact !== undefined || word.length < 3) return exact;
  const lower = word.length > 3 ? word.toLowerCase() : word;
  return (
    known.get(lower) ??
    known.get(stripPlural(lower)) ??
    known.get(lower.length > 4 && lower.endsWith('es') ? lower.slice(0, -2) : '')
  );
}

/** Two letters that no product of variables is written with. */
const shortWords: ReadonlySet<string> = new Set(
  'mm cm dm km in ft yd mi ms hr gm kg mg lb oz ml cl kb mb gb kw'.split(' '),
);

/** Whether letters outside `\text{}` are a unit and no product of variables. */
export function isUnitWord(word: string): boolean {
  return word.length > 2 ? findUnit(word) !== undefined : shortWords.has(word);
}

/** Also with the prefixes of the metric system, which would take many products of letters for units. */
export function findMetricUnit(word: string): KnownUnit | undefined {
  const known = findUnit(word);
  if (known !== undefined) return known;
  for (const [symbol, name, exponent] of prefixes) {
    const isNamed = word.startsWith(name) && word.length > name.length + 3;
    const rest = word.slice(isNamed ? name.length : symbol.length);
    if (!(isNamed || (word.startsWith(symbol) && symbols.has(rest)))) continue;
    const base = findUnit(rest);
    if (base === undefined || base.kind !== 'physical') continue;
    const power = 10n ** BigInt(Math.abs(exponent));
    const factor = exponent < 0 ? makeRational(1n, power) : { numerator: power, denominator: 1n };
    return { ...base, name: `${name}${base.name}`, size: multiplyRationals(base.size, factor) };
  }
  // CM and KG are shouted, but MM may be millions.
  return /^[A-Z]{2}$/.test(word) && word !== 'MM' ? getTable().get(word.toLowerCase()) : undefined;
}

export function stripPlural(word: string): string {
  return word.length > 2 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

export function isUnitParticle(word: string): boolean {
  return particles.has(word.toLowerCase());
}

export function changesMeaning(word: string): boolean {
  const lower = word.length > 1 ? word.toLowerCase() : word;
  // Tenths, millionths, quadrillions and folds are parts and multiples, and no units.
  if (/(?:[^n]th|nth|illion|fold)s?$/.test(lower) && lower !== 'month' && lower !== 'months') return true;
  return changingWords.has(lower) || changingWords.has(stripPlural(lower));
}

/** What a number word before a unit multiplies by. */
export function getScale(word: string): bigint | undefined {
  return scales.get(word.toLowerCase());
}

/** Every other unit of the table with the same single base to the same power. */
export function listRelated(bases: Bases): readonly KnownUnit[] {
  byBases ??= groupBy(new Set(getTable().values()), (unit) => printBases(unit.bases));
  return byBases.get(printBases(bases)) ?? [];
}

function groupBy<Item>(items: Iterable<Item>, getKey: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(getKey(item));
    if (group === undefined) groups.set(getKey(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** One text for one dimension. */
export function printBases(bases: Bases): string {
  const parts = Object.entries(bases).filter(([, power]) => power !== 0);
  return parts
    .map(([base, power]) => (power === 1 ? base : `${base}^${power}`))
    .sort()
    .join(' ');
}
