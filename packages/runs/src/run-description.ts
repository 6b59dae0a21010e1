import { canonicalJson } from '@scalequest/core';
import { z } from 'zod';

/** The content of `run.json`: everything that made the numbers, and nothing secret. */
export interface RunDescription {
  readonly format: 1;
  readonly kind: 'eval' | 'score';
  /** Resuming needs the same identity, to the letter: benchmark, data hash, protocol, model, seed. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** The most of it that any session asked: this may grow from one session to the next. */
  readonly extent: { readonly problems: number; readonly epochs: number };
  /** What the last session asked, which may be less. */
  readonly asked?: { readonly problems: number; readonly epochs: number } | undefined;
  /** What is worth knowing but decides nothing: protocol text, data source, versions, endpoint fingerprint. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly status: 'running' | 'interrupted' | 'failed' | 'finished';
  /** One entry for each time the run was begun or resumed; times are ISO 8601 in UTC. */
  readonly sessions: readonly RunSession[];
}

export interface RunSession {
  readonly startedAt: string;
  /** When the session last said that it was alive, every ten seconds: all that is known of the end of a killed one. */
  readonly lastSeenAt?: string | undefined;
  /** Null while the session runs, and for ever where it was killed. */
  readonly endedAt: string | null;
  readonly samples: number;
  /** What it asked of servers, in the words of the package that asked. */
  readonly calls?: Readonly<Record<string, unknown>> | undefined;
}

const record: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());

const extent = z.object({ problems: z.number().int(), epochs: z.number().int() });

export const runDescriptionSchema: z.ZodType<RunDescription> = z.object({
  format: z.literal(1),
  kind: z.enum(['eval', 'score']),
  identity: record,
  extent,
  asked: extent.optional(),
  details: record,
  status: z.enum(['running', 'interrupted', 'failed', 'finished']),
  sessions: z.array(
    z.object({
      startedAt: z.string(),
      lastSeenAt: z.string().optional(),
      endedAt: z.string().nullable(),
      samples: z.number().int(),
      calls: record.optional(),
    }),
  ),
});

/** One setting that differs between two identities. */
export interface IdentityDifference {
  /** Such as `protocol.sampling.temperature`. */
  readonly path: string;
  /** As canonical JSON; undefined where it is absent. */
  readonly there: string | undefined;
  readonly asked: string | undefined;
}

/** Every leaf in which two identities differ, in order of their paths. */
export function diffIdentities({
  there,
  asked,
}: {
  readonly there: Readonly<Record<string, unknown>>;
  readonly asked: Readonly<Record<string, unknown>>;
}): IdentityDifference[] {
  const left = flatten(there);
  const right = flatten(asked);
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => ({ path, there: left.get(path), asked: right.get(path) }));
}

function flatten(value: unknown, path = '', into: Map<string, string> = new Map()): Map<string, string> {
  const isBranch = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isBranch) return value === undefined ? into : into.set(path, canonicalJson(value));
  for (const [key, entry] of Object.entries(value)) flatten(entry, path === '' ? key : `${path}.${key}`, into);
  return into;
}
