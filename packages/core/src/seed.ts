import { canonicalJson, sha256Hex } from './hash.ts';

export interface SeedInput {
  /** The seed of the run, as the user gave it. */
  readonly seed: number;
  /** Digest of the configuration, so that two configurations never share their randomness. */
  readonly configuration: string;
  readonly id: string;
  readonly epoch: number;
}

/**
 * The distance between two seeds, and so the most samples that one request may ask for: vLLM and others give sample i
 * of a request the seed `seed + i`, and two requests must not meet there.
 */
export const seedSpacing = 1024;

/**
 * The seed of one request: hash(seed, configuration, id, epoch), a safe integer from 0 to 2^53 - 1 and a multiple of
 * {@link seedSpacing}. It depends on nothing else, so a resumed run asks what an undisturbed one would have asked.
 */
export function deriveSeed(input: SeedInput): number {
  const text = canonicalJson([input.seed, input.configuration, input.id, input.epoch]);
  // The first 43 of the 256 bits: eleven digits hold one bit more.
  const bits = Math.floor(Number.parseInt(sha256Hex(text).slice(0, 11), 16) / 2);
  return bits * seedSpacing;
}
