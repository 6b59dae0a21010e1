import type { Expression } from '../expression/expression.ts';
import { nameBound, printExpression } from '../expression/print-expression.ts';
import { printRational } from '../rational.ts';
import type { TreeNode } from './tree-node.ts';

/** The tree of a scalar expression, one node for each node of the engine's own. */
export function drawExpression(expression: Expression, role = ''): TreeNode {
  const { label, children } = describe(expression);
  return { kind: expression.kind, label, role, text: printExpression(expression), children };
}

interface Description {
  readonly label: string;
  readonly children: readonly TreeNode[];
}

function describe(expression: Expression): Description {
  switch (expression.kind) {
    case 'rational':
      return { label: printRational(expression.value), children: [] };
    case 'symbol':
      return { label: expression.name, children: [] };
    case 'constant':
      return { label: expression.name === 'pi' ? 'π' : expression.name, children: [] };
    case 'sum':
      return { label: '', children: drawAll(expression.terms) };
    case 'product':
      return { label: '', children: drawAll(expression.factors) };
    case 'quotient':
      return draw({ numerator: expression.numerator, denominator: expression.denominator });
    case 'negation':
    case 'factorial':
      return { label: '', children: [drawExpression(expression.operand)] };
    case 'power':
      return draw({ base: expression.base, exponent: expression.exponent });
    case 'root':
      return { label: String(expression.index), children: [drawExpression(expression.radicand)] };
    case 'function':
      return { label: expression.name, children: [drawExpression(expression.argument)] };
    case 'logarithm':
      return draw({ base: expression.base, argument: expression.argument });
    case 'binomial':
      return draw({ top: expression.top, bottom: expression.bottom });
    case 'application':
      return { label: expression.name, children: drawAll(expression.arguments) };
    case 'bound': {
      const { letter, body } = nameBound(expression);
      const [from, to] = expression.parts.slice(1);
      const { children } = draw({
        body,
        ...(from === undefined ? {} : { [expression.operator.startsWith('lim') ? 'towards' : 'from']: from }),
        ...(to === undefined ? {} : { to }),
      });
      return { label: `${expression.operator} ${letter}`, children };
    }
  }
}

/** Children that the place alone does not tell apart. */
function draw(parts: Readonly<Record<string, Expression>>): Description {
  return { label: '', children: Object.entries(parts).map(([role, part]) => drawExpression(part, role)) };
}

function drawAll(expressions: readonly Expression[]): readonly TreeNode[] {
  return expressions.map((expression) => drawExpression(expression));
}
