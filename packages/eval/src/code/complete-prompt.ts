import { findLongestFrom } from './find-longest-program.ts';
import { type PythonProgram, parsePython } from './parse-python.ts';
import { listStatements } from './python-module.ts';

interface Completed {
  readonly program: PythonProgram;
  readonly rule: 'completion' | 'completion-cut' | 'completion-indented';
}

/**
 * The prompt with a reply that goes on from it: as far as it is Python, and it must go on by at least a line. With
 * `indents` the first line of the reply, or all of them, may lack the indentation of the function's body, and then they
 * must hold a `return` or the like of the function itself: words alone are no body, nor are other definitions. A body
 * that is indented by tabs goes on from a prompt that has spaces.
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
    const widened = complete(prompt, widenTabs(body));
    if (widened !== undefined && widened.rule === 'completion') return { ...widened, rule: 'completion-indented' };
  }
  if (!indents || !/^[ \t]*(?:return|yield|raise|print)\b/m.test(body)) return undefined;
  const indent = findIndent(prompt);
  const first = indent + body.trimStart();
  const all = body.replaceAll(/^(?=[^\n])/gm, indent);
  for (const text of new Set([first, all, widenTabs(first), widenTabs(all)])) {
    const program = parsePython(join(prompt, text));
    // A `return` outside of the function is Python to the parser alone.
    const isWhole = program?.tree.topNode.getChild('ReturnStatement') === null;
    if (program !== undefined && isWhole && actsItself(program, prompt))
      return { program, rule: 'completion-indented' };
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

/** Whether the function that the prompt begins returns or shows something itself, and not only what is defined in it. */
function actsItself({ tree, text }: PythonProgram, prompt: string): boolean {
  const own = listStatements(tree.topNode).findLast(({ from }) => from < prompt.length);
  let found = false;
  own?.cursor().iterate(({ name, from, to }) => {
    if (from !== own.from && (name === 'FunctionDefinition' || name === 'ClassDefinition')) return false;
    found ||= acts.includes(name) || (name === 'CallExpression' && /^print\b/.test(text.slice(from, to)));
    return !found;
  });
  return found;
}

const acts = ['ReturnStatement', 'RaiseStatement', 'YieldStatement', 'YieldExpression'];

/** Indentation by tabs as four spaces each. */
function widenTabs(text: string): string {
  return text.replaceAll(/^[ \t]*\t/gm, (indent) => indent.replaceAll('\t', '    '));
}

function join(prompt: string, body: string): string {
  return prompt.endsWith('\n') ? prompt + body : `${prompt}\n${body}`;
}

/** The indentation of the body that the prompt begins: that of its docstring, or four spaces. */
function findIndent(prompt: string): string {
  return /\n([ \t]+)\S[^\n]*\s*$/.exec(prompt)?.[1] ?? '    ';
}
