import type { SyntaxNode } from '@lezer/common';
import { listChildren, type PythonProgram } from './parse-python.ts';

/** A statement of a module: what it binds there, and what it reads. */
export interface Statement {
  readonly node: SyntaxNode;
  readonly text: string;
  /** Names that the module has after it. */
  readonly binds: ReadonlySet<string>;
  /** Every name in it, those of attributes and named arguments too. */
  readonly names: ReadonlySet<string>;
}

/** The statements of a program, in order. */
export function readModule(program: PythonProgram): readonly Statement[] {
  return listStatements(program.tree.topNode)
    .filter(({ name }) => name !== 'Comment' && name !== ';')
    .map((node) => ({
      node,
      text: program.text.slice(node.from, node.to).trimEnd(),
      binds: new Set(listBound(node, program.text)),
      names: listNames(node, program.text),
    }));
}

/** Statements below a node; those that share a line stand in a group. */
export function listStatements(node: SyntaxNode): readonly SyntaxNode[] {
  return listChildren(node).flatMap((child) => (child.name === 'StatementGroup' ? listStatements(child) : [child]));
}

/** Every name in it, those of attributes and named arguments too. */
export function listNames(node: SyntaxNode, text: string): ReadonlySet<string> {
  const names = new Set<string>();
  node.cursor().iterate(({ name, from, to }) => {
    if (name === 'VariableName' || name === 'PropertyName') names.add(text.slice(from, to));
  });
  return names;
}

/** Whether a node of the kind is in it. */
export function holdsNode(node: SyntaxNode, kinds: readonly string[]): boolean {
  let found = false;
  node.cursor().iterate(({ name }) => {
    found ||= kinds.includes(name);
    return !found;
  });
  return found;
}

/** The names that a function has for itself: parameters, and what it assigns or goes through. None where it declares globals. */
export function listLocals(node: SyntaxNode, text: string): ReadonlySet<string> {
  if (node.name === 'DecoratedStatement') return listLocals(node.lastChild as SyntaxNode, text);
  if (node.name !== 'FunctionDefinition' || holdsNode(node, ['ScopeStatement'])) return new Set();
  const names: string[] = [];
  node.cursor().iterate(({ name, node: inner }) => {
    if (inner.from !== node.from && ['FunctionDefinition', 'ClassDefinition', 'LambdaExpression'].includes(name))
      return false;
    if (name === 'ParamList') names.push(...listParameters(inner, text));
    if (name === 'AssignStatement') names.push(...listBound(inner, text));
    if (name === 'ForStatement') {
      const from = inner.getChild('in')?.from ?? inner.from;
      const left = listChildren(inner).filter(({ to }) => to <= from);
      names.push(...left.flatMap((target) => listTargets(target, text)));
    }
    return undefined;
  });
  return new Set(names);
}

function listParameters(node: SyntaxNode, text: string): readonly string[] {
  return node
    .getChildren('VariableName')
    .filter(({ prevSibling }) => prevSibling?.name !== 'AssignOp')
    .map(({ from, to }) => text.slice(from, to));
}

function listBound(node: SyntaxNode, text: string): readonly string[] {
  const read = ({ from, to }: SyntaxNode): string => text.slice(from, to);
  switch (node.name) {
    case 'FunctionDefinition':
    case 'ClassDefinition':
      return node.getChildren('VariableName').slice(0, 1).map(read);
    case 'ImportStatement':
      return listImported(read(node));
    case 'AssignStatement': {
      const last = node.getChildren('AssignOp').at(-1);
      const left = listChildren(node).filter(({ to }) => last !== undefined && to <= last.from);
      return left.flatMap((target) => (target.name === 'TypeDef' ? [] : listTargets(target, text)));
    }
    case 'DecoratedStatement':
    case 'IfStatement':
    case 'TryStatement':
    case 'WithStatement':
    case 'ForStatement':
    case 'WhileStatement':
    case 'Body':
    case 'StatementGroup':
      return listChildren(node).flatMap((child) => listBound(child, text));
    default:
      return [];
  }
}

function listTargets(node: SyntaxNode, text: string): readonly string[] {
  if (node.name === 'VariableName') return [text.slice(node.from, node.to)];
  if (node.name === 'MemberExpression') return [];
  return listChildren(node).flatMap((child) => listTargets(child, text));
}

/** `import a.b, c as d` binds a and d; `from e import (f, g as h)` f and h. */
function listImported(text: string): readonly string[] {
  return text
    .replaceAll(/#.*|[()\\]/g, '')
    .replace(/^(?:from\s[\s\S]*?\s)?import\b/, '')
    .split(',')
    .map(
      (part) =>
        /(?:\bas\s+)?([\p{L}\p{N}_*]+)\s*$/u.exec(
          part.replace(/^(\s*[\p{L}\p{N}_]+)\.[\s\S]*?(?=\bas\b|$)/u, '$1 '),
        )?.[1] ?? '',
    );
}
