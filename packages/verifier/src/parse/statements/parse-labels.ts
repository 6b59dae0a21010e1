import { parseRatio } from '../numerals/parse-ratio.ts';
import type { Form } from '../reader.ts';
import { splitClauses } from '../split-clauses.ts';
import type { AssignmentValue } from '../values.ts';
import { toSymbolName } from './read-name.ts';

const mostPairs = 12;

const label = /^([A-Za-z](?:_\{?\w{1,3}\}?)?) ?:([^:]+)$/;

/** `x: 1, y: 2` names values. So does `x: 5` alone, where x is an unknown; it may be a ratio yet. */
export const parseLabels: Form = (text, reader) => {
  if (!/^[A-Za-z][\w{}]{0,6} ?:/.test(text)) return undefined;
  const pairs = splitClauses(text)?.map((clause) => label.exec(clause.text)) ?? [];
  const isAlone = pairs.length === 1;
  if (pairs.length === 0 || pairs.length > mostPairs || (isAlone && !/^[u-z]/.test(text))) return undefined;
  const entries: AssignmentValue['entries'][number][] = [];
  for (const pair of pairs) {
    const value = pair === null ? null : reader.readValue((pair[2] as string).trim());
    if (value === null || (value.kind === 'expression' && (isAlone || value.expression.kind === 'symbol')))
      return undefined;
    entries.push({ name: toSymbolName(pair?.[1] as string), value });
  }
  if (new Set(entries.map(({ name }) => name)).size < entries.length) return undefined;
  const ratio = isAlone ? parseRatio(text, reader) : undefined;
  if (ratio) reader.offerReading(ratio);
  return { kind: 'assignment', entries };
};
