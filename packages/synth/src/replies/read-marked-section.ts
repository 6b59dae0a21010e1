import { hideThinking } from './hide-thinking.ts';

/** What stands in the one section that a reply was to have; or that it is broken, or the model would not. */
export type MarkedSection = { readonly text: string } | { readonly problem: 'broken' | 'refused' };

const refusal =
  /^\W*(?:i['’]?m (?:very )?sorry|i am (?:very )?sorry|sorry|unfortunately|i (?:can(?:no|['’])t|cannot|will not|won['’]t|am (?:unable|not able))|as an ai)\b/i;

/**
 * The text between `<mark>` and `</mark>`, which must be there once each, in this order, with nothing but blanks behind: what says it
 * twice, or goes on talking, did not do what it was told, and nobody knows which part it means.
 *
 * @example
 * readMarkedSection('Here it is: <final_question>What is 1 + 1?</final_question>', 'final_question'); // { text: 'What is 1 + 1?' }
 */
export function readMarkedSection(reply: string, mark: string): MarkedSection {
  const said = hideThinking(reply);
  if (said === undefined) return { problem: 'broken' };
  const before = said.split(`<${mark}>`);
  const after = said.split(`</${mark}>`);
  if (before.length === 1 && after.length === 1) return { problem: refusal.test(said.trim()) ? 'refused' : 'broken' };
  const start = said.indexOf(`<${mark}>`) + mark.length + 2;
  const end = said.indexOf(`</${mark}>`);
  if (before.length !== 2 || after.length !== 2 || end < start) return { problem: 'broken' };
  if (said.slice(end + mark.length + 3).trim() !== '') return { problem: 'broken' };
  const text = cleanSection(said.slice(start, end));
  return text === '' ? { problem: 'broken' } : { text };
}

/** As the prompts of the paper have it, plain, bold or as a heading. */
const label =
  /^[ \t]*(?:\*\*)?[ \t]*(?:#{1,6}[ \t]*)?(?:\*\*)?[ \t]*(?:final question|finally rewritten problem)[ \t]*#*(?::[ \t]?\*\*(?=\s)|\*\*[ \t]*:?|:|(?<=#)|$)/gim;

/**
 * The text behind the last line that begins with "FINAL QUESTION:" or "#Finally Rewritten Problem#", which prompts ask for that have no
 * marks.
 *
 * @example
 * readLabelledSection('SOLUTION: 2\n\nFINAL QUESTION: What is 1 + 1?'); // { text: 'What is 1 + 1?' }
 */
export function readLabelledSection(reply: string): MarkedSection {
  const said = hideThinking(reply);
  if (said === undefined) return { problem: 'broken' };
  const last = [...said.matchAll(label)].at(-1);
  if (last === undefined) return { problem: refusal.test(said.trim()) ? 'refused' : 'broken' };
  const text = cleanSection(said.slice(last.index + last[0].length));
  return text === '' ? { problem: 'broken' } : { text };
}

/** Whether a prompt asks for a label that {@link readLabelledSection} finds. */
export function asksForLabel(prompt: string): boolean {
  return /final question|finally rewritten problem/i.test(prompt);
}

/** Takes off what models put around a question: a fence, a label, quotes, bold, and a line with the answer behind it. */
function cleanSection(section: string): string {
  let text = section.trim();
  for (;;) {
    const cleaned = text
      .replace(/^```[a-z]*\n([\s\S]*?)\n?```$/i, '$1')
      .replace(
        /^\s*(?:#+\s*)?(\**)(?:(?:final|rewritten|new|revised)\s+)?(?:question|problem|exercise|task)\s*:\s*\1\s*/i,
        '',
      )
      .replace(/\n+[ \t]*\**[ \t]*(?:(?:final|correct)[ \t]+)?(?:answer|solution)[ \t]*:[^\n]*$/i, '')
      .replace(/^\*\*(?!\s)((?:(?!\*\*)[\s\S])+)\*\*$/, '$1')
      .replace(/^"([^"]*)"$/, '$1')
      .replace(/^“([^“”]*)”$/, '$1')
      .trim();
    if (cleaned === text) return text;
    text = cleaned;
  }
}
