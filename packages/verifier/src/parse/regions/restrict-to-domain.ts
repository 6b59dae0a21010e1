import { makeConstant } from '../../expression/build-expression.ts';
import { foldRational } from '../../expression/fold-rational.ts';
import type { Fuel } from '../../fuel.ts';
import { type End, makeWords, type Piece, type RegionValue, type Value } from '../values.ts';
import { intersectPieces } from './pieces.ts';

/** More whole numbers than this are not listed. */
const mostListed = 200n;

/** The smallest number of a set of whole numbers: null where it has none. */
const smallest: ReadonlyMap<string, bigint | null> = new Map([
  ['\\mathbb Z', null],
  ['\\mathbb N', 1n],
  ['\\mathbb N_0', 0n],
]);

/**
 * The numbers of a domain in a region: a set where they are few whole numbers, else a condition of both, with ends at
 * whole numbers, so that `n > 2` and `n \ge 3` are one.
 */
export function restrictToDomain(region: RegionValue, domain: string, fuel: Fuel): Value | null {
  const start = smallest.get(domain);
  if (start === undefined) return makeRestricted(region, domain);
  const bounds = start === null ? [] : [{ low: { value: makeConstant(start), isClosed: true }, high: infinite }];
  const within = bounds.length === 0 ? region.pieces : intersectPieces(region.pieces, bounds, fuel);
  const pieces = within?.map((piece) => roundPiece(piece, fuel));
  if (!pieces || pieces.includes(null)) return null;
  return (
    listWholes(pieces as readonly Piece[], fuel) ??
    makeRestricted({ ...region, pieces: pieces as readonly Piece[] }, '\\mathbb Z')
  );
}

const infinite: End = { value: null, isClosed: false };

function makeRestricted(region: RegionValue, domain: string): Value {
  const element: Value = { kind: 'expression', expression: { kind: 'symbol', name: region.variable ?? 'x' } };
  const membership: Value = {
    kind: 'relation',
    operator: '\\in',
    left: element,
    right: makeWords(domain),
  };
  return { kind: 'condition', joiner: 'and', parts: [membership, region] };
}

/** With closed ends at whole numbers. */
function roundPiece({ low, high }: Piece, fuel: Fuel): Piece | null {
  const from = roundEnd(low, 1n, fuel);
  const to = roundEnd(high, -1n, fuel);
  return from && to && { low: from, high: to };
}

/** The first whole number inwards, which is up for a low end. */
function roundEnd({ value, isClosed }: End, inwards: bigint, fuel: Fuel): End | null {
  if (value === null) return infinite;
  const exact = foldRational(value, fuel);
  if (exact === null) return null;
  const { numerator, denominator } = exact;
  const towards = inwards * numerator;
  // Upwards by minus the floor of the negative; BigInt division cuts towards zero.
  let whole = towards / denominator;
  if (whole * denominator < towards) whole += 1n;
  if (!isClosed && whole * denominator === towards) whole += 1n;
  return { value: makeConstant(inwards * whole), isClosed: true };
}

function listWholes(pieces: readonly Piece[], fuel: Fuel): Value | undefined {
  const items: Value[] = [];
  for (const { low, high } of pieces) {
    const from = low.value?.kind === 'rational' ? low.value.value.numerator : undefined;
    const to = high.value?.kind === 'rational' ? high.value.value.numerator : undefined;
    if (from === undefined || to === undefined || to - from > mostListed || !fuel.spend(1000)) return undefined;
    for (let i = from; i <= to; i++) {
      items.push({ kind: 'number', value: { numerator: i, denominator: 1n }, isPercent: false, unit: null });
    }
  }
  return { kind: 'set', items };
}
