import type { Expression } from '../../expression/expression.ts';
import { type Order, orderReals, sortInOrder } from '../../expression/order-reals.ts';
import { listSymbols } from '../../expression/symbols.ts';
import type { Fuel } from '../../fuel.ts';
import type { End, Piece } from '../values.ts';

/** More pieces than this are not worked with: cutting one set with another multiplies them. */
const mostPieces = 64;

const infinite: End = { value: null, isClosed: false };

/** The whole line. */
export const everything: readonly Piece[] = [{ low: infinite, high: infinite }];

export function makePoint(value: Expression): Piece {
  const end: End = { value, isClosed: true };
  return { low: end, high: end };
}

export function below(value: Expression, isClosed: boolean): Piece {
  return { low: infinite, high: { value, isClosed } };
}

export function above(value: Expression, isClosed: boolean): Piece {
  return { low: { value, isClosed }, high: infinite };
}

/** Null infinity is below everything as a low end and above everything as a high end. */
function orderLows(a: End, b: End, fuel: Fuel): Order {
  if (a.value === null || b.value === null) return a.value === b.value ? 0 : a.value === null ? -1 : 1;
  const order = orderReals(a.value, b.value, fuel);
  if (order !== 0 || a.isClosed === b.isClosed) return order;
  return a.isClosed ? -1 : 1;
}

function orderHighs(a: End, b: End, fuel: Fuel): Order {
  if (a.value === null || b.value === null) return a.value === b.value ? 0 : a.value === null ? 1 : -1;
  const order = orderReals(a.value, b.value, fuel);
  if (order !== 0 || a.isClosed === b.isClosed) return order;
  return a.isClosed ? 1 : -1;
}

/** 1 where there is a number in the piece, -1 where its ends are the wrong way round, 0 for `(2,2]`. */
export function measurePiece({ low, high }: Piece, fuel: Fuel): Order {
  if (low.value === null || high.value === null) return 1;
  const order = orderReals(low.value, high.value, fuel);
  if (order === 0) return low.isClosed && high.isClosed ? 1 : 0;
  return order === undefined ? undefined : order === -1 ? 1 : -1;
}

/**
 * The normal form of a union: sorted, with all that touch or overlap made one, so that equal sets have equal pieces.
 * Where two ends cannot be ordered, as with parameters, the pieces stay as they are.
 */
export function unitePieces(pieces: readonly Piece[], fuel: Fuel): readonly Piece[] {
  if (pieces.length < 2 || pieces.length > mostPieces) return pieces;
  const sorted = sortInOrder(pieces, (a, b) => (fuel.spend(4) ? orderLows(a.low, b.low, fuel) : undefined));
  if (sorted === undefined) return pieces;
  const united: Piece[] = [];
  for (const piece of sorted) {
    const last = united.at(-1);
    const gap = last === undefined ? 1 : orderGap(last.high, piece.low, fuel);
    const longer = last === undefined ? 1 : orderHighs(last.high, piece.high, fuel);
    if (gap === undefined || longer === undefined) return pieces;
    if (last === undefined || gap === 1) united.push(piece);
    else if (longer === -1) united[united.length - 1] = { low: last.low, high: piece.high };
  }
  return united;
}

/** 1 where something lies between the end of a piece and the beginning of one that begins behind it. */
function orderGap(high: End, low: End, fuel: Fuel): Order {
  if (high.value === null || low.value === null) return -1;
  const order = orderReals(low.value, high.value, fuel);
  return order === 0 && !(high.isClosed || low.isClosed) ? 1 : order;
}

/** What lies in both. Null where ends that have to be ordered cannot be, or there are too many pieces. */
export function intersectPieces(a: readonly Piece[], b: readonly Piece[], fuel: Fuel): readonly Piece[] | null {
  if (a.length * b.length > mostPieces) return null;
  const shared: Piece[] = [];
  for (const x of a) {
    for (const y of b) {
      const lows = orderLows(x.low, y.low, fuel);
      const highs = orderHighs(x.high, y.high, fuel);
      if (!fuel.spend(4) || lows === undefined || highs === undefined) return null;
      const piece = { low: lows === 1 ? x.low : y.low, high: highs === -1 ? x.high : y.high };
      const size = measurePiece(piece, fuel);
      // Ends with letters are in the order in which they are written: a < x < b.
      if (size === undefined && !hasLetters(piece)) return null;
      if (size === undefined || size === 1) shared.push(piece);
    }
  }
  return unitePieces(shared, fuel);
}

/** What is left of the line. */
export function complementPieces(pieces: readonly Piece[], fuel: Fuel): readonly Piece[] | null {
  let rest: readonly Piece[] | null = everything;
  for (const { low, high } of pieces) {
    const outside: Piece[] = [];
    if (low.value !== null) outside.push(below(low.value, !low.isClosed));
    if (high.value !== null) outside.push(above(high.value, !high.isClosed));
    rest = rest === null ? null : intersectPieces(rest, outside, fuel);
  }
  return rest;
}

/** Whether two unions in normal form are certainly one set. */
export function areSamePieces(a: readonly Piece[], b: readonly Piece[], fuel: Fuel): boolean {
  return (
    a.length === b.length &&
    a.every(({ low, high }, i) => {
      const other = b[i] as Piece;
      return orderLows(low, other.low, fuel) === 0 && orderHighs(high, other.high, fuel) === 0;
    })
  );
}

export function hasLetters({ low, high }: Piece): boolean {
  return [low, high].some(({ value }) => value !== null && listSymbols(value).length > 0);
}

export function isWhole({ low, high }: Piece): boolean {
  return low.value === null && high.value === null;
}
