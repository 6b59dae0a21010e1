import type { SyntaxNode } from '@lezer/common';
import { findLongestProgram, longestSearched } from './find-longest-program.ts';
import { listChildren, type PythonProgram, parsePython } from './parse-python.ts';
import { holdsNode, listNames, listStatements } from './python-module.ts';

/**
 * What EvalPlus keeps of a reply: of the longest run of lines that is Python all imports, and those first definitions of
 * their names that the entry point reaches. A function without `return` is left out, and so is a decorated one and
 * `from __future__ import`. Where nothing is left, the run as it stands.
 *
 * Of a longer reply than EvalPlus would come to the end of, its beginning is read.
 *
 * Written from the behaviour of evalplus 0.3.1, `evalplus/sanitize.py`.
 */
export function sanitizeLikeEvalplus(reply: string, entryPoint: string): string {
  const lines = reply.slice(0, longestSearched).split('\n');
  const run = findLongestProgram(lines)?.program;
  // Where no two lines parse, it goes on with the first one.
  const program = run ?? parsePython((lines[0] as string).trimStart());
  const left = run?.text ?? (lines[0] as string);
  if (program === undefined) return left;
  const { imports, definitions } = collect(program);
  const reached = findReached(entryPoint, definitions);
  const kept = [
    ...imports,
    ...definitions.filter(({ name }) => name !== undefined && reached.has(name)).map(({ text }) => text),
  ];
  return kept.join('\n').trim() || left;
}

interface Definition {
  readonly name: string | undefined;
  readonly text: string;
  readonly uses: ReadonlySet<string>;
}

function collect({ tree, text }: PythonProgram): {
  readonly imports: readonly string[];
  readonly definitions: readonly Definition[];
} {
  const imports: string[] = [];
  const definitions: Definition[] = [];
  const names = new Set<string | undefined>();
  const read = (node: SyntaxNode): string => text.slice(node.from, findEnd(node, text)).trimEnd();
  for (const node of listStatements(tree.topNode)) {
    if (node.name === 'ImportStatement') {
      if (!/^from\s+__future__\b/.test(read(node))) imports.push(read(node));
      continue;
    }
    if (!['ClassDefinition', 'FunctionDefinition', 'AssignStatement'].includes(node.name)) continue;
    const name = findName(node, text);
    if (names.has(name) || (node.name === 'FunctionDefinition' && !holdsNode(node, ['ReturnStatement']))) continue;
    names.add(name);
    definitions.push({ name, text: read(node), uses: listNames(node, text) });
  }
  return { imports, definitions };
}

/** Its end, with the indented comments behind the last statement of its body: the parser of EvalPlus counts them to it. */
function findEnd({ name, from, to }: SyntaxNode, text: string): number {
  const isBlock = name === 'FunctionDefinition' || name === 'ClassDefinition';
  if (!isBlock || !text.slice(from, to).trimEnd().includes('\n')) return to;
  let end = to;
  let position = to;
  for (const line of text.slice(to).split('\n')) {
    position += line.length + 1;
    if (line.trim() === '') continue;
    if (!/^[ \t]+#/.test(line)) break;
    end = position - 1;
  }
  return end;
}

/** What it defines; of an assignment the left side where that is one name, else the right side where that is one. */
function findName(node: SyntaxNode, text: string): string | undefined {
  const sides: SyntaxNode[][] = [[]];
  for (const child of listChildren(node)) {
    if (child.name === 'AssignOp') sides.push([]);
    else if (child.name !== 'TypeDef') sides.at(-1)?.push(child);
  }
  const [left = [], right = [], ...others] = sides;
  const isAssigned = node.name === 'AssignStatement';
  const candidates = isAssigned ? [left, others.length === 0 ? right : []] : [left.filter(isPlainName).slice(0, 1)];
  const name = candidates.find((side) => side.length === 1 && side.every(isPlainName))?.[0];
  return name === undefined ? undefined : text.slice(name.from, name.to);
}

function isPlainName({ name }: SyntaxNode): boolean {
  return name === 'VariableName';
}

function findReached(entryPoint: string, definitions: readonly Definition[]): ReadonlySet<string> {
  const uses = new Map(definitions.map(({ name, uses }) => [name, uses]));
  const reached = new Set([entryPoint]);
  // A set yields what is added to it while it is read.
  for (const name of reached) for (const used of uses.get(name) ?? []) reached.add(used);
  return reached;
}
