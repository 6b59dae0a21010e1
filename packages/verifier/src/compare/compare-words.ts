import { listSymbols } from '../expression/symbols.ts';
import { type BooleanValue, printValue, type Value, type WordsValue } from '../parse/values.ts';
import { compareChoices } from './compare-choices.ts';
import { compareProse } from './compare-prose.ts';
import type { FormComparer } from './comparison.ts';
import { toRegion } from './regions/to-region.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

/** Choices, yes and no, and answers in words. */
export const compareWords: FormComparer = (a, b, comparison) => {
  const choices = compareChoices(a, b, comparison);
  if (choices !== undefined || b.kind === 'choice') return choices;
  if (a.kind === 'boolean') return compareBoolean(a, b, comparison);
  if (a.kind !== 'words' || b.kind === 'boolean') return undefined;
  if (a.group === 'figure' || a.group === null) {
    if (b.kind !== 'words') return a.group === 'figure' ? unknown : compareWithValue(a, b);
    if (b.group !== null && b.group !== 'figure') return undefined;
    return a.group === 'figure' && b.group === 'figure' ? compareFigures(a, b) : compareProse(a, b, comparison);
  }
  // A condition that nothing meets is another way to say so.
  const solved = b.kind === 'condition' || b.kind === 'relation' ? toRegion(b, null, comparison.fuel) : null;
  return compareAbsence(a, solved ?? b);
};

/** Capitals only: y and n are variables more often. */
const initials: Readonly<Record<BooleanValue['word'], string>> = { yes: 'Y', no: 'N', true: 'T', false: 'F' };

const compareBoolean: FormComparer = (a, b, comparison) => {
  if (a.kind !== 'boolean') return undefined;
  if (b.kind === 'expression' && b.expression.kind === 'symbol') {
    const words = (['yes', 'no', 'true', 'false'] as const).filter((word) =>
      initials[word].includes((b.expression as { name: string }).name),
    );
    // Y may be a choice or a name; it is no N.
    return words[0] !== undefined && isOpposite(a.word, words[0]) ? apart : unknown;
  }
  // 1 and 0 may stand for true and false.
  if (b.kind === 'number')
    return b.value.numerator === 0n || (b.value.numerator === 1n && b.value.denominator === 1n) ? unknown : apart;
  if (b.kind !== 'boolean') return b.kind === 'tuple' || b.kind === 'matrix' || b.kind === 'set' ? apart : unknown;
  if (a.value !== b.value) return apart;
  const relation: Relation = a.word === b.word ? same : { ...same, policies: ['boolean-word'] };
  if (a.detail === null && b.detail === null) return relation;
  if (a.detail === null || b.detail === null) {
    const isReason = a.detail === null ? b.isReason : a.isReason;
    const reason = a.detail ?? b.detail;
    // A reason that says the opposite takes the answer back.
    const opposite = a.value
      ? /(?:^|[^a-z])(?:no|not|false|wrong)(?![a-z])|n't/i
      : /(?:^|[^a-z])(?:yes|true)(?![a-z])/i;
    const isPlain = reason === null || !opposite.test(printValue(reason));
    return isReason && isPlain ? { ...same, policies: [...relation.policies, 'explanation-dropped'] } : unknown;
  }
  const details = comparison.compare(a.detail, b.detail);
  return details.kind === 'same' ? { ...details, policies: [...details.policies, ...relation.policies] } : details;
};

function isOpposite(a: BooleanValue['word'], b: BooleanValue['word']): boolean {
  return (
    (a === 'yes' && b === 'no') ||
    (a === 'no' && b === 'yes') ||
    (a === 'true' && b === 'false') ||
    (a === 'false' && b === 'true')
  );
}

/** "No solution", "undefined" and their like: the same under a policy, and apart from any value. */
function compareAbsence(a: WordsValue, b: Value): Relation {
  if (b.kind === 'words') {
    if (b.group === null || b.group === 'figure') return unknown;
    if (a.group === b.group) return a.text === b.text ? same : { ...same, policies: ['no-solution'] };
    if (a.group === 'infinite' || b.group === 'infinite') return apart;
    // A limit that does not exist is undefined, and a solution that does not exist is none.
    return a.group === 'not-existing' || b.group === 'not-existing' ? { ...same, policies: ['no-solution'] } : unknown;
  }
  if (isEmpty(b)) {
    if (a.group === 'infinite') return apart;
    return a.group === 'no-solution' ? { ...same, policies: ['no-solution'] } : unknown;
  }
  // None may be how many there are.
  if (b.kind === 'number') return a.text === 'none' && b.value.numerator === 0n ? unknown : apart;
  if (b.kind === 'tuple' || b.kind === 'set' || b.kind === 'matrix' || b.kind === 'list')
    return a.group === 'infinite' ? unknown : apart;
  if (b.kind === 'expression') return a.group === 'infinite' ? unknown : apart;
  return b.kind === 'region' && a.group !== 'infinite' ? apart : unknown;
}

function isEmpty(value: Value): boolean {
  return (value.kind === 'region' && value.pieces.length === 0) || (value.kind === 'set' && value.items.length === 0);
}

/** Words without anything that counts are no number, no point and no set. */
function compareWithValue(a: WordsValue, b: Value): Relation | undefined {
  // Whole numbers are not all numbers.
  if (b.kind === 'region' && a.text.startsWith('\\mathbb ')) return apart;
  if (a.parts.some((part) => (typeof part === 'string' ? counts.test(part) : !isMark(part)))) return unknown;
  if (b.kind === 'tuple' || b.kind === 'matrix' || b.kind === 'time' || b.kind === 'ratio') return apart;
  return b.kind === 'number' || (b.kind === 'expression' && listSymbols(b.expression).length === 0) ? apart : unknown;
}

/** Brackets, dashes and the index of a cut-off name: `<empty_execution>`. */
function isMark(value: Value): boolean {
  return value.kind === 'text' && /^[^\d\\A-Za-z]*(?:_\{[a-z]\})?[^\d\\A-Za-z]*$/.test(value.text);
}

/** Words that tell how many, which way or how large. */
const counts =
  /^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|half|third|quarter|dozen|pair|both|once|twice|single|double|triple|only|nothing|all|every|any|always|never|infinity|infinite|unique|straight|right|full|equal|same|identity|set|numbers?|real|integers?|positive|negative|minus|hundred|thousand|million|percent|point|origin|unit|first|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|pi|root|square|cube|\d.*)$/;

/** The points of a segment, an angle or a line may be read backwards; in other figures their order may not matter. */
function compareFigures(a: WordsValue, b: WordsValue): Relation {
  const [nameA, ...pointsA] = a.parts as readonly string[];
  const [nameB, ...pointsB] = b.parts as readonly string[];
  const isSign = nameA !== nameB;
  // A bar over two letters may negate them.
  const isBar = nameA === 'segment' || nameB === 'segment';
  if (isSign && (isBar || (nameA !== '' && nameB !== ''))) return unknown;
  const name = nameA || nameB;
  const isReversible = name === 'segment' || name === 'line' || name === 'angle';
  const isSamePoints =
    pointsA.join() === pointsB.join() || (isReversible && pointsA.join() === pointsB.toReversed().join());
  if (isSamePoints) return isSign ? { ...same, policies: ['figure-sign'] } : same;
  if ([...pointsA].sort().join() !== [...pointsB].sort().join()) return apart;
  // The vertex of an angle stands in the middle.
  return name === 'angle' && pointsA.length === 3 && pointsA[1] !== pointsB[1] ? apart : unknown;
}
