import { protocolSources, protocols } from './find-protocol.ts';
import { type ResolvedProtocol, resolveProtocol } from './protocol.ts';
import type { Source } from './source.ts';

/** A protocol that ships, or a variant of one. */
export interface ListedProtocol extends ResolvedProtocol, Source {
  /** Benchmarks that a variant is for without being named, or that a protocol is limited to; undefined for all. */
  readonly benchmarks: readonly string[] | undefined;
}

/** Every protocol and variant that ships, resolved without any choice: the labels and hashes that runs of them have. */
export function listProtocols(): readonly ListedProtocol[] {
  return [...protocols].flatMap(([label, protocol]): ListedProtocol[] => {
    const source = protocolSources.get(label) as Source;
    const variants = protocol.variants ?? [];
    const others = protocol.benchmarks?.filter(
      (benchmark) => !variants.some(({ benchmarks }) => benchmarks.includes(benchmark)),
    );
    return [
      { ...resolveProtocol({ ...protocol, variants: [] }), ...source, benchmarks: others },
      ...variants.map(({ name, benchmarks }) => ({
        ...resolveProtocol(protocol, { variant: name }),
        ...source,
        benchmarks,
      })),
    ];
  });
}
