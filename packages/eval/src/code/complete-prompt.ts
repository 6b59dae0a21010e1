import { findLongestFrom } from './find-longest-program.ts';
import { type PythonProgram, parsePython } from './parse-python.ts';

interface Completed {
  readonly program: PythonProgram;
  readonly rule: 'completion' | 'completion-cut' | 'completion-indented';
}

/**
 * The prompt with a reply that goes on from it: as far as it is Python, and it must go on by at least a line. With
 * `indents` the first line of the reply, or all of them, may lack the indentation of the function's body, and then they
 * must hold a `return` or the like: words alone are no body.
 */
export function completePrompt(
  prompt: string,
  reply: string,
  { indents = false }: { readonly indents?: boolean } = {},
): Completed | undefined {
  const body = reply.replace(/^(?:[ \t]*\n)+/, '');
  if (/^[ \t]+\S/.test(body)) {
    const found = complete(prompt, body);
    if (found !== undefined) return found;
  }
  if (!indents || !/^[ \t]*(?:return|yield|raise|print)\b/m.test(body)) return undefined;
  const indent = findIndent(prompt);
  const first = indent + body.trimStart();
  const all = body.replaceAll(/^(?=[^\n])/gm, indent);
  for (const text of [first, all]) {
    const program = parsePython(join(prompt, text));
    // A `return` outside of the function is Python to the parser alone.
    const isWhole = program?.tree.topNode.getChild('ReturnStatement') === null;
    if (program !== undefined && isWhole) return { program, rule: 'completion-indented' };
  }
  return undefined;
}

function complete(prompt: string, body: string): Completed | undefined {
  const text = join(prompt, body);
  const whole = parsePython(text);
  if (whole !== undefined) return { program: whole, rule: 'completion' };
  const lines = text.split('\n');
  const promptLines = lines.length - body.split('\n').length;
  const run = findLongestFrom(lines, 0, (last) => last >= promptLines);
  return run === undefined ? undefined : { program: run.program, rule: 'completion-cut' };
}

function join(prompt: string, body: string): string {
  return prompt.endsWith('\n') ? prompt + body : `${prompt}\n${body}`;
}

/** The indentation of the body that the prompt begins: that of its docstring, or four spaces. */
function findIndent(prompt: string): string {
  return /\n([ \t]+)\S[^\n]*\s*$/.exec(prompt)?.[1] ?? '    ';
}
