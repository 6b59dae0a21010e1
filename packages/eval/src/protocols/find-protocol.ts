import { describeCloseNames } from '@scalequest/core';
import { EvaluationError } from '../errors.ts';
import type { Protocol } from './protocol.ts';
import { scalequest1 } from './scalequest-1.ts';

/** Every protocol that ships, by its label. */
export const protocols: ReadonlyMap<string, Protocol> = new Map(
  [scalequest1].map((protocol) => [`${protocol.name}@${protocol.version}`, protocol]),
);

/** @throws EvaluationError `UNKNOWN_PROTOCOL` */
export function findProtocol(label: string): Protocol {
  const protocol = protocols.get(label);
  if (protocol !== undefined) return protocol;
  throw new EvaluationError({
    code: 'UNKNOWN_PROTOCOL',
    kind: 'request',
    what: `Protocol '${label}' is not known.`,
    why: describeCloseNames(label, protocols.keys()),
    next: `Known protocols: ${[...protocols.keys()].join(', ')}.`,
    fields: { label },
  });
}
