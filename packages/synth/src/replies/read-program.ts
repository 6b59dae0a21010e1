import { hideThinking } from './hide-thinking.ts';

const fence = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+#-]*)[^\n]*\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm;

/**
 * The Python program of a reply: its last block that says Python, else its last block that names no language. Undefined where
 * there is none, or the last one is cut off.
 */
export function readProgram(reply: string): string | undefined {
  const said = hideThinking(reply);
  if (said === undefined) return undefined;
  const text = `${said}\n`;
  const blocks = [...text.matchAll(fence)].map((match) => ({
    language: (match[2] ?? '').toLowerCase(),
    program: match[3] ?? '',
    end: match.index + match[0].length,
  }));
  const last = blocks.at(-1);
  if (last === undefined || /^[ \t]*(?:`{3,}|~{3,})/m.test(text.slice(last.end))) return undefined;
  const chosen =
    blocks.findLast(({ language }) => /^(?:python3?|py)$/.test(language)) ??
    blocks.findLast(({ language }) => language === '');
  const program = chosen?.program.trimEnd() ?? '';
  return program.trim() === '' ? undefined : program;
}
