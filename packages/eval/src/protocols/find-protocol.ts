import { describeCloseNames } from '@scalequest/core';
import { EvaluationError } from '../errors.ts';
import { dart1, dart1Source } from './dart-1.ts';
import { evalplus1, evalplus1Source } from './evalplus-1.ts';
import { lmEval1, lmEval1Source } from './lm-eval-1.ts';
import type { Protocol } from './protocol.ts';
import { qwen251, qwen251Source } from './qwen25-1.ts';
import { qwen25CoderEvalplus1, qwen25CoderEvalplus1Source } from './qwen25-coder-evalplus-1.ts';
import { scalequest1, scalequest1Source } from './scalequest-1.ts';
import { simpleEvals1, simpleEvals1Source } from './simple-evals-1.ts';
import type { Source } from './source.ts';

export interface ShippedProtocol extends Source {
  readonly protocol: Protocol;
}

const shipped: readonly ShippedProtocol[] = [
  { protocol: scalequest1, ...scalequest1Source },
  { protocol: dart1, ...dart1Source },
  { protocol: qwen251, ...qwen251Source },
  { protocol: lmEval1, ...lmEval1Source },
  { protocol: simpleEvals1, ...simpleEvals1Source },
  { protocol: evalplus1, ...evalplus1Source },
  { protocol: qwen25CoderEvalplus1, ...qwen25CoderEvalplus1Source },
];

const label = ({ name, version }: Protocol): string => `${name}@${version}`;

/** Every protocol that ships, by its label. */
export const protocols: ReadonlyMap<string, Protocol> = new Map(
  shipped.map(({ protocol }) => [label(protocol), protocol]),
);

/** Where the words of each come from, by its label. */
export const protocolSources: ReadonlyMap<string, Source> = new Map(
  shipped.map(({ protocol, ...source }) => [label(protocol), source]),
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
    next: `Known protocols: ${[...protocols.keys()].join(', ')}. A file of your own ends in .json.`,
    fields: { label },
  });
}

/**
 * The protocol of a label that may name a variant: `lm-eval@1:minerva_math`.
 *
 * @throws EvaluationError `UNKNOWN_PROTOCOL`; an unknown variant is found when the protocol is resolved
 */
export function findProtocolVariant(label: string): { readonly protocol: Protocol; readonly variant?: string } {
  const [, base = label, variant] = /^([^:]*):(.+)$/.exec(label) ?? [];
  const protocol = findProtocol(base);
  return variant === undefined ? { protocol } : { protocol, variant };
}
