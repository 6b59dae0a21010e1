import { hideThinking } from './hide-thinking.ts';

export type SolvabilityVerdict = 'yes' | 'no';

/** A conclusion is short: what stands before this many characters from the end is reasoning. */
const longestConclusion = 2000;

/** A verdict set apart: in a box, or bold and alone in it. It counts wherever in the last sentence it stands. */
const setApart =
  /\\boxed\s*\{\s*(?:\\(?:text|textbf|mathrm|mathbf)\s*\{\s*)?(yes|no)\s*[.!]?\s*\}(?:\s*\})?|\*\*\s*(yes|no)\s*[.!]?\s*\*\*/gi;

/** Marks that only dress a text, and emoji. The words that `\text{}` and the like hold stay. */
const dress =
  /\\(?:text|textbf|mathrm|mathbf|boxed)\b|\\[()[\]]|[*_`$"'“”‘’{}#<>|[\]]+|\p{Extended_Pictographic}|\ufe0f/gu;

/**
 * A word that says what is concluded where it stands behind one of these, or at the beginning of a sentence. "There is no" does not:
 * what follows on the verdict is an end or a mark, and never a noun.
 */
const inSentence =
  /(?:^|[,;:=(\u2013\u2014-]\s*|\b(?:is|be|say|answer|conclude|conclusion|verdict|but|and|so|thus|hence|therefore|with)\s+)(yes|no)(?=\s*(?:$|[,.;:!()\u2013\u2014]|-\s))/gi;

/** Two verdicts side by side are offered or mixed up, and none is given: "yes or no", "Yes, No". "Yes, no value is missing" is one. */
const sideBySide =
  /\b(yes|no)\b[\s,;./|\ue000]*(?:\b(?:or|and|nor)\b)?[\s,;./|\ue000]*\b(?!\1)(?:yes|no)\b(?![ \t]*[\w'’])/i;

/** The task again: "either "Verdict: Yes" (usable) or "Verdict: No"". */
const offered = /\b(yes|no)\b[^.;]{0,30}\bor\b[^.;]{0,20}\b(?!\1)(?:yes|no)\b/i;

/** What turns a verdict round where it stands right before it: "I would not say yes". */
const denied =
  /(?:\b(?:not|never|cannot)|n['’]t)(?:\s+(?:say|answer|be|conclude|that|it|is|the|my|a|verdict|simply|just|clearly|necessarily)){0,4}\s*$/i;

const labelled =
  /(?:^|\n)[ \t]*(?:[-\d.)]+[ \t]*)?(?:the[ \t]+)?(?:my[ \t]+)?(?:final[ \t]+|overall[ \t]+)?(?:conclusion|verdict|answer|judge?ment|decision|result)(?:[ \t]+is)?[ \t]*(?:[:=\uff1a-][ \t]*\n*|\n+)[ \t]*(yes|no)(?=[ \t]*(?:$|[,.;:!()\n\u2013\u2014-]))/gi;

/**
 * The verdict that a judge ends with; undefined where the end has none, whatever was said before: "Yes, it is mathematics" in the
 * middle of a reply is a step of its reasoning.
 *
 * The last sentence is read first, then a line such as "Conclusion: Yes, it can be solved." with reasons behind it in the same
 * paragraph.
 *
 * @example
 * readVerdict('Yes, it is about numbers. But the length is not given.\n\n**Verdict: No**'); // 'no'
 */
export function readVerdict(reply: string): SolvabilityVerdict | undefined {
  const said = hideThinking(reply);
  if (said === undefined) return undefined;
  const end = said.slice(-longestConclusion).trimEnd();
  // Marks of our own for what is set apart: no dress is left around it.
  const marked = end.replace(
    setApart,
    (_whole, boxed?: string, bold?: string) => ` \ue000${boxed ?? bold ?? ''}\ue000 `,
  );
  const plain = marked
    .replace(dress, ' ')
    .replace(/[ \t\r]+/g, ' ')
    // A label that names both.
    .replace(/\byes ?\/ ?no ?:/gi, ':');
  const sentence = findLastSentence(plain);
  if (sideBySide.test(sentence) || offered.test(sentence)) return undefined;
  return readSentence(sentence) ?? readLabelled(plain);
}

/** The last line with a word in it, from its last full stop on. */
function findLastSentence(text: string): string {
  const lines = text.split('\n');
  const line = lines.findLast((one) => /[a-z\d]/i.test(one)) ?? '';
  const sentences = line.split(/(?<=[.!?])\s+/);
  return (sentences.findLast((one) => /[a-z\d]/i.test(one)) ?? '').trim();
}

function readSentence(sentence: string): SolvabilityVerdict | undefined {
  const apart = [...sentence.matchAll(/\ue000(yes|no)\ue000/gi)].at(-1);
  if (apart !== undefined) return toVerdict(apart[1]);
  const last = [...sentence.matchAll(inSentence)].at(-1);
  if (last?.[1] === undefined) return undefined;
  const before = sentence.slice(0, last.index + last[0].length - last[1].length);
  return denied.test(before) ? undefined : toVerdict(last[1]);
}

/** Behind it the paragraph may go on with reasons; another paragraph would be more than a conclusion. */
function readLabelled(text: string): SolvabilityVerdict | undefined {
  const plain = text
    .replaceAll('\ue000', ' ')
    .replace(/ +/g, ' ')
    .replace(/ ?\n ?/g, '\n');
  const found = [...plain.matchAll(labelled)].at(-1);
  if (found === undefined) return undefined;
  const rest = plain.slice(found.index + found[0].length);
  return /\n\n\s*\S/.test(rest) || /\?/.test(rest) ? undefined : toVerdict(found[1]);
}

function toVerdict(word: string | undefined): SolvabilityVerdict | undefined {
  if (word === undefined) return undefined;
  return word.toLowerCase() === 'yes' ? 'yes' : 'no';
}
