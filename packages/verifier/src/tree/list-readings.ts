import { Fuel } from '../fuel.ts';
import { parseAnswer } from '../parse/parse-answer.ts';
import { resolveSettings } from '../presets.ts';
import { normalizeText } from '../text/normalize-text.ts';
import type { VerifyOptions } from '../types.ts';
import { longestAnswer } from '../verify-answer.ts';
import { drawValue } from './draw-value.ts';
import type { TreeNode } from './tree-node.ts';

/**
 * Shows how the engine reads an answer: one parse tree for each reading, the most likely one first. `1,234` is one
 * number and may be two. Empty where the text as a whole is not understood, is empty or is longer than 4,000
 * characters. Nothing is simplified: `2+2` is a sum. Never throws on any string.
 *
 * Of the options only {@link VerifyOptions.fuel} matters. For people who look at a verdict: to compare, use
 * `verifyAnswer`.
 *
 * @example
 * const [tree] = listReadings('\\frac{x}{2}');
 * tree?.kind; // 'quotient'
 * tree?.children.map(({ role, text }) => `${role} ${text}`); // ['numerator x', 'denominator 2']
 */
export function listReadings(answer: string, options: VerifyOptions = {}): readonly TreeNode[] {
  if (answer.length > longestAnswer) return [];
  const fuel = new Fuel(resolveSettings(options).fuel);
  return parseAnswer(normalizeText(answer), fuel).readings.map((value) => drawValue(value));
}
