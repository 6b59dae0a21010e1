import type { Expression } from '../expression/expression.ts';
import type { Unit } from '../parse/parse-unit.ts';
import { type Piece, printPiece, printValue, type Value } from '../parse/values.ts';
import { printRational } from '../rational.ts';
import { drawExpression } from './draw-expression.ts';
import type { TreeNode } from './tree-node.ts';

/** The tree of a value. A scalar is drawn as its expression, without a node that says so. */
export function drawValue(value: Value, role = ''): TreeNode {
  if (value.kind === 'expression') return drawExpression(value.expression, role);
  const { label, children } = describe(value);
  return { kind: value.kind, label, role, text: printValue(value), children };
}

interface Description {
  readonly label: string;
  readonly children: readonly TreeNode[];
}

function describe(value: Exclude<Value, { kind: 'expression' }>): Description {
  switch (value.kind) {
    case 'number':
      return leaf(`${printRational(value.value)}${printTail(value)}`);
    case 'quantity':
      return { label: printTail(value).trim(), children: [drawExpression(value.expression)] };
    case 'alternatives':
      return { label: '', children: drawAll(value.readings) };
    case 'infinity':
      return leaf(value.isNegative ? '-∞' : '∞');
    case 'text':
    case 'words':
      return leaf(value.text);
    case 'tuple':
      return { label: value.open + value.close, children: drawAll(value.items) };
    case 'set':
      return { label: '{}', children: drawAll(value.items) };
    case 'list':
      return { label: value.word ?? '', children: drawAll(value.items) };
    case 'region':
      return { label: value.variable ?? '', children: value.pieces.map(drawPiece) };
    case 'relation':
      return { label: value.operator, children: [drawValue(value.left), drawValue(value.right)] };
    case 'chain':
      return {
        label: '',
        children: value.sides.map((side, i) => drawValue(side.value, i === 0 ? '' : side.isApproximate ? '≈' : '=')),
      };
    case 'condition':
      return { label: value.joiner, children: drawAll(value.parts) };
    case 'assignment':
      return { label: '', children: value.entries.map((entry) => drawValue(entry.value, entry.name)) };
    case 'function':
      return { label: `${value.name}(${value.parameters.join(', ')})`, children: [drawValue(value.body)] };
    case 'family':
      return {
        label: value.parameters.map(({ name, domain }) => `${name} ∈ ${domain}`).join(', '),
        children: [drawValue(value.body)],
      };
    case 'cases':
      return { label: '', children: value.branches.map(drawBranch) };
    case 'matrix':
      return { label: `${value.rows.length} × ${value.rows[0]?.length ?? 0}`, children: value.rows.map(drawRow) };
    case 'based':
      return leaf(`${value.digits} to base ${value.base}`);
    case 'ratio':
      return { label: '', children: drawAll(value.terms) };
    case 'time':
    case 'date':
      return leaf(printValue(value));
    case 'choice':
      return {
        label: value.letters.join(', '),
        children: value.content === null ? [] : [drawValue(value.content, 'text')],
      };
    case 'boolean':
      return {
        label: value.word,
        children: value.detail === null ? [] : [drawValue(value.detail, value.isReason ? 'reason' : 'detail')],
      };
  }
}

function leaf(label: string): Description {
  return { label, children: [] };
}

function drawAll(values: readonly Value[]): readonly TreeNode[] {
  return values.map((value) => drawValue(value));
}

function drawRow(row: readonly Value[]): TreeNode {
  return { kind: 'row', label: '', role: '', text: row.map(printValue).join(', '), children: drawAll(row) };
}

function drawBranch({ value, condition }: { readonly value: Value; readonly condition: Value | null }): TreeNode {
  const text = `${printValue(value)} if ${condition === null ? 'else' : printValue(condition)}`;
  const children = [drawValue(value, 'value'), ...(condition === null ? [] : [drawValue(condition, 'condition')])];
  return { kind: 'branch', label: condition === null ? 'else' : '', role: '', text, children };
}

function drawPiece(piece: Piece): TreeNode {
  const { low, high } = piece;
  const text = printPiece(piece);
  if (low.isClosed && low.value !== null && low.value === high.value)
    return { kind: 'point', label: '', role: '', text, children: [drawExpression(low.value)] };
  const label = `${low.isClosed ? '[' : '('}${high.isClosed ? ']' : ')'}`;
  return { kind: 'interval', label, role: '', text, children: [drawEnd(low.value, 'from'), drawEnd(high.value, 'to')] };
}

function drawEnd(value: Expression | null, role: 'from' | 'to'): TreeNode {
  if (value !== null) return drawExpression(value, role);
  return drawValue({ kind: 'infinity', isNegative: role === 'from' }, role);
}

function printTail({ isPercent, unit }: { readonly isPercent: boolean; readonly unit: Unit | null }): string {
  return `${isPercent ? '%' : ''}${unit === null ? '' : ` ${unit.name}`}`;
}
