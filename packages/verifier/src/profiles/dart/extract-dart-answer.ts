import type { ProfileAnswer } from '../profile.ts';
import { cleanTrailing } from './clean-ends.ts';
import { catchDartError } from './dart-error.ts';
import { normalizeDartAnswer } from './normalize-dart-answer.ts';
import { readBoolean } from './read-words.ts';

/** What is longer than this is no answer, and would cost more than the original's five seconds. */
const longestAnswer = 20_000;

/**
 * The answer that DART-Math takes from a reply, normalised as it does: behind the last "herefore", `####` and
 * "# Answer" it looks for the last box, then for a phrase, and in the whole reply for the last formula or number.
 * Undefined where it finds an empty text, which it never counts as right.
 */
export function extractDartAnswer(reply: string): ProfileAnswer | undefined {
  const found = findExplicit(reply) ?? findFormula(reply) ?? findNumber(reply);
  if (found === undefined || found.answer.length > longestAnswer) return undefined;
  const answer = catchDartError(() => normalizeDartAnswer(found.answer)) ?? '';
  return answer === '' ? undefined : { ...found, answer };
}

function findExplicit(reply: string): ProfileAnswer | undefined {
  let rest = cleanTrailing(reply);
  for (const mark of ['herefore', '####', '# Answer']) {
    if (rest.includes(mark)) rest = takeLast(rest, mark).trim();
  }
  if (rest.includes('oxed{')) return { answer: readBox(takeLast(rest, 'oxed')), rule: 'last-boxed' };
  const found = findPhrase(rest);
  return found && { ...found, answer: stripDollars(found.answer) };
}

function findPhrase(text: string): ProfileAnswer | undefined {
  for (const phrase of ['is the ans', 'is our ans']) {
    if (!text.includes(phrase)) continue;
    const before = text.split(phrase).at(-2) as string;
    const answer = (
      before
        .trim()
        .split(/,|\.|!\|?/)
        .at(-1) as string
    ).trim();
    return { answer, rule: 'before-is-the-answer' };
  }
  for (const phrase of ['answer is', 'answer:', 'answer :']) {
    if (text.includes(phrase)) return { answer: takeLast(text, phrase).trim(), rule: 'behind-answer-is' };
  }
  if (!text.includes('statement')) return undefined;
  const said = readBoolean(takeLast(text, 'is '));
  return { answer: said ?? text, rule: 'true-or-false' };
}

function findFormula(reply: string): ProfileAnswer | undefined {
  const found = [...reply.matchAll(/(?:\$|\\\(|\\\[)([^$]+)(?:\$|\\\(|\\\[)/g)].at(-1)?.[1];
  return found === undefined ? undefined : { answer: found, rule: 'last-formula' };
}

function findNumber(reply: string): ProfileAnswer | undefined {
  const found = reply
    .replaceAll(',', '')
    .match(/-?\d*\.?\d+/g)
    ?.at(-1);
  return found === undefined ? undefined : { answer: found, rule: 'last-number' };
}

/** What stands in the braces behind `oxed`, to the end where they stay open; escaped braces do not count. */
function readBox(text: string): string {
  if (!text.startsWith('{')) return (text.split('$')[0] as string).trim();
  let depth = 1;
  for (let at = 1; at < text.length; at++) {
    if (text[at - 1] === '\\') continue;
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return text.slice(1, at);
  }
  return text.slice(1);
}

function takeLast(text: string, mark: string): string {
  return text.slice(text.lastIndexOf(mark) + mark.length);
}

function stripDollars(text: string): string {
  return text.startsWith('$') && text.endsWith('$') ? text.slice(1, -1) : text;
}
