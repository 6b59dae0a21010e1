import { hideThinking } from './hide-thinking.ts';

const fence = /^([ \t]*)(`{3,}|~{3,})[ \t]*\{?\.?([\w+#-]*)[^\n]*\n([\s\S]*?)^[ \t]*\2[ \t\r]*$/gm;

/**
 * The Python program of a reply: its last block that says Python, else its last block that names no language. Undefined where
 * there is none, or the last one is cut off. A block in a list loses the spaces that its fence stands behind.
 *
 * @param wanted of several blocks the last that has this, where one has: behind a program there is often a block that shows its use
 */
export function readProgram(reply: string, wanted?: RegExp): string | undefined {
  const said = hideThinking(reply);
  if (said === undefined) return undefined;
  const text = `${said}\n`;
  const blocks = [...text.matchAll(fence)].map((match) => ({
    language: (match[3] ?? '').toLowerCase(),
    program: outdent(match[4] ?? '', match[1]?.length ?? 0),
    end: match.index + match[0].length,
  }));
  const last = blocks.at(-1);
  if (last === undefined || /^[ \t]*(?:`{3,}|~{3,})/m.test(text.slice(last.end))) return undefined;
  const python = blocks.filter(({ language }) => /^(?:python3?|py)$/.test(language));
  const unnamed = blocks.filter(({ language }) => language === '');
  const candidates = python.length > 0 ? python : unnamed;
  const chosen = candidates.findLast(({ program }) => wanted?.test(program)) ?? candidates.at(-1);
  const program = chosen?.program.trimEnd() ?? '';
  return program.trim() === '' ? undefined : program;
}

function outdent(program: string, spaces: number): string {
  return spaces === 0 ? program : program.replace(new RegExp(`^[ \\t]{1,${spaces}}`, 'gm'), '');
}
