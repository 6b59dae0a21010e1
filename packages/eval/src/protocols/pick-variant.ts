import { EvaluationError } from '../errors.ts';
import type { Protocol, Variant } from './protocol.ts';

/** The protocol's form for a benchmark, or the variant of that name: no variants are left in it. */
export function pickVariant(
  protocol: Protocol,
  { benchmark, variant: asked }: { readonly benchmark?: string | undefined; readonly variant?: string | undefined },
): Protocol {
  const { variants = [], benchmarks } = protocol;
  const label = `${protocol.name}@${protocol.version}`;
  const found = variants.find(({ name, benchmarks: own }) =>
    asked === undefined ? benchmark !== undefined && own.includes(benchmark) : name === asked,
  );
  if (asked !== undefined && found === undefined) {
    throw new EvaluationError({
      code: 'UNKNOWN_VARIANT',
      kind: 'request',
      what: `Protocol '${label}' has no variant '${asked}'.`,
      why: variants.length === 0 ? 'It has none.' : `It has: ${variants.map(({ name }) => name).join(', ')}.`,
      next: 'Run `scalequest protocols` for all.',
      fields: { label, variant: asked },
    });
  }
  if (benchmark !== undefined && benchmarks !== undefined && !benchmarks.includes(benchmark)) {
    throw new EvaluationError({
      code: 'PROTOCOL_NOT_FOR_BENCHMARK',
      kind: 'request',
      what: `Protocol '${label}' says nothing about benchmark '${benchmark}'.`,
      why: `Its source knows ${benchmarks.join(', ')} only.`,
      next: 'Choose another protocol: `scalequest protocols` lists them. A file of your own may say what it likes.',
      fields: { label, benchmark },
    });
  }
  if (found !== undefined) return applyVariant(protocol, found);
  const { variants: _, benchmarks: __, ...form } = protocol;
  return form;
}

/** The protocol with the variant's fields in place of its own; null takes one away. */
export function applyVariant(protocol: Protocol, variant: Variant): Protocol {
  const { variants: _, benchmarks: __, ...form } = protocol;
  const { name, benchmarks: ___, sampling, ...changes } = variant;
  const merged = { ...form, ...changes, variant: name, sampling: { ...form.sampling, ...sampling } };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== null && value !== undefined),
  ) as unknown as Protocol;
}
