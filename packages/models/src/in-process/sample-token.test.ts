import { createRandom } from '@scalequest/core';
import { describe, expect, test } from 'vitest';
import { sampleToken, type TokenChoice, type TokenId } from './sample-token.ts';

/** The same draw as its definition says it, token by token. */
function sampleByDefinition(
  logits: ReadonlyMap<TokenId, number>,
  { temperature, topP, draw }: TokenChoice,
): TokenId | undefined {
  const highest = Math.max(...logits.values());
  const heaviest = [...logits]
    .map(([id, logit]) => ({ id, weight: Math.exp((logit - highest) / temperature) }))
    .sort((a, b) => b.weight - a.weight || a.id - b.id);
  const add = (tokens: typeof heaviest): number => tokens.reduce((sum, { weight }) => sum + weight, 0);
  const enough = topP * add(heaviest);
  const count = heaviest.findIndex((_, at) => add(heaviest.slice(0, at + 1)) >= enough) + 1;
  const kept = (topP < 1 ? heaviest.slice(0, count) : heaviest).sort((a, b) => a.id - b.id);
  const target = draw * add(kept);
  return (kept.find((_, at) => target - add(kept.slice(0, at + 1)) < 0) ?? kept.at(-1))?.id;
}

describe('a drawn token', () => {
  const { next } = createRandom('tokens');
  const logits = (count: number, levels: number): Map<TokenId, number> =>
    new Map(Array.from({ length: count }, (_, at) => [(at * 7) % 101, Math.round(next() * levels) / 8 - 20] as const));

  test.each([
    ['all tokens', { temperature: 1, topP: 1 }, 200],
    ['the top of them', { temperature: 0.7, topP: 0.95 }, 200],
    ['the top, where many are alike', { temperature: 0.3, topP: 0.5 }, 4],
    ['the first alone', { temperature: 1, topP: 1e-9 }, 4],
  ])('is that of the definition: %s', (_, choice, levels) => {
    const drawn = new Set<TokenId | undefined>();
    for (let round = 0; round < 300; round++) {
      const [tokens, draw] = [logits(60, levels), next()];
      const token = sampleToken(tokens, { ...choice, draw });
      expect(token).toBe(sampleByDefinition(tokens, { ...choice, draw }));
      drawn.add(token);
    }
    expect(drawn.size).toBeGreaterThan(10);
  });

  test('is the last where rounding leaves a digit over, or a logit is no number; of no tokens it is none', () => {
    const three = new Map([
      [9, 0],
      [2, 0],
      [4, -800],
    ]);
    const choice = { temperature: 1, topP: 1, draw: 1 - 2 ** -53 };
    expect(sampleToken(three, { ...choice, topP: 0.9 })).toBe(9);
    expect(sampleToken(new Map([...three, [5, Number.NaN]]), { ...choice, topP: 0.9 })).toBe(9);
    expect(sampleToken(new Map(), choice)).toBeUndefined();
  });
});
