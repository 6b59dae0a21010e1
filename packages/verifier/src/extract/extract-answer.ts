import type { Extraction, ExtractionRule } from '../types.ts';
import { findBoldLine } from './find-bold-line.ts';
import { findBoxed } from './find-boxed.ts';
import { findChosen } from './find-chosen.ts';
import { findHashMarks } from './find-hash-marks.ts';
import { findLastMath } from './find-math.ts';
import { findLastNumber } from './find-number.ts';
import { findAnswerLine, findAnswerPhrase, findFinalAnswer } from './find-phrase.ts';
import { findJsonAnswer, findTagged } from './find-tagged.ts';
import { findToolOutput } from './find-tool-output.ts';
import { findWhole } from './find-whole.ts';
import { hideThinking } from './hide-thinking.ts';
import { type Finding, makeFinding } from './span.ts';

/** How a text is to be read. */
export interface ExtractOptions {
  /**
   * Whether the text is a whole reply, or nothing but an answer.
   *
   * @defaultValue 'reply'
   */
  readonly mode?: 'reply' | 'answer';
}

/**
 * Finds the final answer in a model's whole reply. It never sees the reference, so it cannot pick the favourable one
 * of several candidates. Thinking blocks are not read; a reply cut inside its thinking or its last box is `truncated`.
 *
 * `mode: 'answer'` takes the text for the answer as it stands, and only leaves out thinking.
 *
 * The order is that of how plainly a reply points at its answer: "the final answer is" behind the last box, a box,
 * `<answer>` tags, `####`, `"answer"` in JSON, "the answer is", a reply that is nothing but an answer, a tool's last output, the last mathematics, the last
 * number. Takes time linear in the reply.
 *
 * @example
 * extractAnswer('Adding both gives $3 + 4 = 7$, so the result is $\\boxed{7}$.');
 * // { status: 'found', answer: '7', rule: 'boxed', start: 56, end: 57 }
 */
export function extractAnswer(reply: string, { mode = 'reply' }: ExtractOptions = {}): Extraction {
  const { text, isCutInThinking } = hideThinking(reply);
  if (isCutInThinking) return { status: 'truncated' };
  if (mode === 'answer') {
    return report(makeFinding(text, { start: 0, end: text.length }), 'whole-reply') ?? { status: 'no-answer' };
  }
  const boxed = findBoxed(text);
  const tagged = findTagged(text);
  if (boxed !== null && boxed !== 'truncated') {
    if (tagged !== null && tagged !== 'truncated' && tagged.start > boxed.end) {
      return report(tagged, 'answer-tag') ?? { status: 'no-answer' };
    }
    return (
      report(findFinalAnswer(text, boxed.end), 'answer-phrase') ?? report(boxed, 'boxed') ?? { status: 'no-answer' }
    );
  }
  return (
    report(boxed, 'boxed') ??
    report(tagged, 'answer-tag') ??
    report(findHashMarks(text), 'hash-marks') ??
    report(findJsonAnswer(text), 'json') ??
    report(findAnswerPhrase(text) ?? findAnswerLine(text), 'answer-phrase') ??
    report(findWhole(text), 'whole-reply') ??
    extractUnmarked(text)
  );
}

/** Replies that name no answer. */
function extractUnmarked(text: string): Extraction {
  const output = findToolOutput(text);
  if (output === 'failed') return { status: 'no-answer' };
  if (output !== null) return report(output, 'tool-output') ?? { status: 'no-answer' };
  const choice = findChosen(text);
  if (choice !== null) return report(choice, 'answer-phrase') ?? { status: 'no-answer' };
  const bold = findBoldLine(text);
  if (bold !== null) return report(bold, 'bold-line') ?? { status: 'no-answer' };
  const { last, isCut } = findLastMath(text);
  if (isCut) return { status: 'truncated' };
  return reportLast(text, last, findLastNumber(text)) ?? { status: 'no-answer' };
}

/**
 * Mathematics says more than a bare number ("so $x = 5$, as in step 2"), unless the number stands on a later line
 * ("Let $x$ be the price. [...] In all 18 dollars.").
 */
function reportLast(text: string, math: Finding, number: Finding): Extraction | undefined {
  if (math === null || math === 'truncated') return report(number, 'last-number');
  if (number === null || number === 'truncated' || number.start < math.end) return report(math, 'last-math');
  const isLaterLine = text.slice(math.end, number.start).includes('\n');
  return isLaterLine ? report(number, 'last-number') : report(math, 'last-math');
}

function report(finding: Finding, rule: ExtractionRule): Extraction | undefined {
  if (finding === null) return undefined;
  if (finding === 'truncated') return { status: 'truncated' };
  return { status: 'found', answer: finding.answer, rule, start: finding.start, end: finding.end };
}
