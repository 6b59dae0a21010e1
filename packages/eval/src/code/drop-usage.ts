import type { SyntaxNode } from '@lezer/common';
import type { PythonProgram } from './parse-python.ts';
import { holdsNode, listLocals, readModule, type Statement } from './python-module.ts';

const definitions = ['FunctionDefinition', 'ClassDefinition', 'DecoratedStatement', 'ImportStatement'];
const blocks = ['IfStatement', 'ForStatement', 'WhileStatement', 'WithStatement', 'TryStatement'];
/** Calls that show or ask something, or run tests. */
const shown = ['print', 'input', 'exit', 'quit', 'help', 'pprint', 'testmod', 'doctest', 'unittest', 'pytest'];

/**
 * A program without what only shows how it is used: calls of the entry point, prints, asserts, `if __name__`. Such lines
 * may fail, wait for input or fill the screen before a test runs. Words that happen to be Python, such as a lone `Done`,
 * go as well. What fills tables, sets limits or decorates stays.
 */
export function dropUsage(
  program: PythonProgram,
  entryPoint: string,
  isKept: (statement: Statement) => boolean = () => true,
): string {
  const statements = readModule(program);
  const functions = statements.filter(({ node }) => definitions.includes(node.name));
  const dropped = statements.filter(
    (statement) => !isKept(statement) || isUsage(statement, { entryPoint, functions, source: program.text }),
  );
  let { text } = program;
  for (const { node } of [...dropped].reverse()) text = cut(text, node);
  return text;
}

interface Module {
  readonly entryPoint: string;
  readonly functions: readonly Statement[];
  /** The text of all. */
  readonly source: string;
}

function isUsage(statement: Statement, module: Module): boolean {
  const { node, names, binds, text } = statement;
  if (definitions.includes(node.name)) return false;
  const shows = names.has(module.entryPoint) || shown.some((name) => names.has(name));
  switch (node.name) {
    case 'AssertStatement':
    case 'ReturnStatement':
    case 'RaiseStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    case 'ExpressionStatement':
      if (node.firstChild?.name === 'String' || node.firstChild?.name === 'ContinuedString') return false;
      return node.firstChild?.name !== 'CallExpression' || shows || callsUsage(statement, module);
    case 'AssignStatement': {
      if (node.getChild('AssignOp') === null) return true;
      const isUsed = [...binds].some((name) => name === module.entryPoint || isRead(name, module));
      return shows && !isUsed && holdsNode(node, ['CallExpression']);
    }
    default:
      if (!blocks.includes(node.name)) return false;
      if (/^if\b[^\n]*__name__/.test(text)) return true;
      return (shows || holdsNode(node, ['AssertStatement'])) && !holdsNode(node, definitions);
  }
}

function isRead(name: string, { functions, source }: Module): boolean {
  return functions.some(
    ({ names, binds, node }) => names.has(name) && !binds.has(name) && !listLocals(node, source).has(name),
  );
}

/** `main()` or `run_tests()`: a call of a function that itself only shows. */
function callsUsage({ node, text }: Statement, { entryPoint, functions }: Module): boolean {
  const callee = node.firstChild?.firstChild;
  const name = callee?.name === 'VariableName' ? text.slice(0, callee.to - node.from) : undefined;
  const called = name === undefined ? undefined : functions.find(({ binds }) => binds.has(name));
  if (called === undefined) return false;
  return [entryPoint, ...shown].some((one) => called.names.has(one)) || holdsNode(called.node, ['AssertStatement']);
}

/** Without the lines of a statement; without the statement alone where others share its lines. */
function cut(text: string, { from, to }: SyntaxNode): string {
  const end = from + text.slice(from, to).trimEnd().length;
  const rest = text.slice(end);
  const isAlone = (from === 0 || text[from - 1] === '\n') && /^[ \t]*(?:#.*)?(?:\n|$)/.test(rest);
  return text.slice(0, from) + (isAlone ? rest.replace(/^[ \t]*(?:#.*)?\n?/, '') : `pass${rest}`);
}
