import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { readPythonLines } from './python-lines.ts';

/** Python that parses, with its tree. */
export interface PythonProgram {
  readonly text: string;
  readonly tree: Tree;
}

const strict = parser.configure({ strict: true });

/**
 * Parses Python as CPython's `ast.parse` would: undefined where that refuses it. The grammar is that of an editor, which
 * forgives more; indentation, strings, brackets and targets of assignments are checked here.
 */
export function parsePython(text: string): PythonProgram | undefined {
  const parsed = parseOrLocate(text);
  return typeof parsed === 'number' ? undefined : parsed;
}

/** The program, or the index before which the text is Python, or could be with something behind it. */
export function parseOrLocate(text: string): PythonProgram | number {
  // Python takes a lone carriage return for the end of a line.
  const { masked, errorAt } = readPythonLines(text.replaceAll(/\r(?!\n)/g, '\n'));
  if (errorAt !== undefined) return errorAt;
  let tree: Tree;
  try {
    tree = strict.parse(`${masked.trimEnd()}\n`);
  } catch (error) {
    return Number(/\d+$/.exec((error as Error).message)?.[0] ?? 0);
  }
  const wrong = findWrongNode(tree, text);
  return wrong ?? { text, tree };
}

/** The end of the first part that the grammar lets pass and Python does not. */
function findWrongNode(tree: Tree, text: string): number | undefined {
  let found: number | undefined;
  tree.iterate({
    enter: (reference) => {
      if (found !== undefined) return false;
      if (checks[reference.name]?.(reference.node, text) === false) found = reference.to;
      return undefined;
    },
  });
  return found;
}

const targets = new Set([
  'VariableName',
  'MemberExpression',
  'TupleExpression',
  'ArrayExpression',
  'ParenthesizedExpression',
]);

const checks: Readonly<Record<string, (node: SyntaxNode, text: string) => boolean>> = {
  TryStatement: (node) => node.getChild('except') !== null || node.getChild('finally') !== null,
  AssignStatement: (node) => {
    const last = node.getChildren('AssignOp').at(-1);
    return listChildren(node).every(
      (child) =>
        (last !== undefined && child.from > last.from) ||
        targets.has(child.name) ||
        ['AssignOp', 'TypeDef', ',', '*'].includes(child.name),
    );
  },
  UpdateStatement: (node) =>
    ['VariableName', 'MemberExpression', 'ParenthesizedExpression'].includes(node.firstChild?.name ?? ''),
  ArgList: (node) => isArgumentOrder(listChildren(node)),
  ImportStatement: (node, text) => node.lastChild?.name !== ',' && text[node.to - 1] !== ',',
  AssertStatement: (node) => node.lastChild?.name !== ',',
  ParamList: (node) => isParameterOrder(node),
  CompareOp: (node, text) => text.slice(node.from, node.to) !== '<>',
};

export function listChildren(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** No plain argument behind a named one or `**`, and a bare generator only alone. */
function isArgumentOrder(children: readonly SyntaxNode[]): boolean {
  let current: string[] = [];
  const parts: string[][] = [current];
  for (const { name } of children.slice(1, -1)) {
    if (name === 'Comment') continue;
    // The commas of `for a, b in` part no arguments.
    const isTarget = current.lastIndexOf('for') > current.lastIndexOf('in');
    if (name === ',' && !isTarget) {
      current = [];
      parts.push(current);
    } else current.push(name);
  }
  if (parts.at(-1)?.length === 0) parts.pop();
  let isNamed = false;
  let isSpread = false;
  for (const part of parts) {
    if (part.length === 0) return false;
    if (part.includes('for') && parts.length > 1) return false;
    if (part[0] === '**') isSpread = true;
    else if (part[0] === '*') {
      if (isSpread) return false;
    } else if (part[1] === 'AssignOp') isNamed = true;
    else if (isNamed || isSpread) return false;
  }
  return true;
}

/** No parameter without a default behind one that has it, up to `*`. */
function isParameterOrder(node: SyntaxNode): boolean {
  let hasDefault = false;
  for (const child of listChildren(node)) {
    if (child.name === '*' || child.name === '**') return true;
    if (child.name !== 'VariableName') continue;
    let next = child.nextSibling;
    if (next?.name === 'TypeDef') next = next.nextSibling;
    // The value of a default may be a name as well: it stands behind the sign.
    if (child.prevSibling?.name === 'AssignOp') continue;
    if (next?.name === 'AssignOp') hasDefault = true;
    else if (hasDefault) return false;
  }
  return true;
}
