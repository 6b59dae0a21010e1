import type { TreeNode } from '@scalequest/verifier/tree';
import { unhide } from './element.ts';

const namespace = 'http://www.w3.org/1998/Math/MathML';

/** How tightly a node holds together: a looser one inside a tighter one gets parentheses. */
type Strength = 0 | 1 | 2 | 3 | 4;

/** A tree as mathematics that browsers draw. */
export function toMathml(tree: TreeNode): Element {
  return math('math', { display: 'block' }, draw(tree));
}

function draw(node: TreeNode): Element {
  const { kind, label, children } = node;
  const [first, second] = children;
  switch (kind) {
    case 'rational':
    case 'number':
      return drawNumber(label);
    case 'symbol':
      return drawName(label);
    case 'constant':
      return math('mi', {}, label);
    case 'infinity':
      return label.startsWith('-') ? row(sign('-'), math('mi', {}, '∞')) : math('mi', {}, '∞');
    case 'sum':
      return row(
        ...children.flatMap((term, i) =>
          (i === 0 || term.kind === 'negation' ? [] : [sign('+')]).concat(drawTerm(term, i)),
        ),
      );
    case 'negation':
      return row(sign('-'), ...children.map((child) => inside(child, 2)));
    case 'product':
      return row(
        ...children.flatMap((factor, i) => [...(i === 0 ? [] : [between(children[i - 1], factor)]), inside(factor, 2)]),
      );
    case 'quotient':
      return math('mfrac', {}, ...children.map(draw));
    case 'power':
      return math(
        'msup',
        {},
        ...(first === undefined ? [] : [inside(first, 4)]),
        ...(second === undefined ? [] : [draw(second)]),
      );
    case 'root':
      return label === '2'
        ? math('msqrt', {}, ...children.map(draw))
        : math('mroot', {}, row(...children.map(draw)), math('mn', {}, label));
    case 'function':
      return drawFunction(label, children);
    case 'logarithm': {
      const name = math('mi', {}, 'log');
      const base = first === undefined || first.label === 'log-base' ? name : math('msub', {}, name, draw(first));
      return row(base, bracket('(', ')', ...(second === undefined ? [] : [draw(second)])));
    }
    case 'factorial':
      return row(...children.map((child) => inside(child, 4)), sign('!'));
    case 'binomial':
      return bracket('(', ')', math('mfrac', { linethickness: '0' }, ...children.map(draw)));
    case 'application':
      return row(drawName(label), bracket('(', ')', ...commas(children)));
    case 'bound':
      return drawBound(label, children);
    case 'quantity':
      return row(...children.map((child) => inside(child, 2)), words(` ${label}`));
    case 'tuple':
    case 'interval':
      return bracket(label.charAt(0), label.charAt(1), ...commas(children));
    case 'set':
    case 'point':
      return bracket('{', '}', ...commas(children));
    case 'region': {
      const pieces = children.length === 0 ? [sign('∅')] : join(children.map(draw), () => sign('∪'));
      return label === '' ? row(...pieces) : row(drawName(label), sign('∈'), ...pieces);
    }
    case 'relation':
      return row(...join(children.map(draw), () => sign(signs[label] ?? label)));
    case 'chain':
      return row(...children.flatMap((side) => (side.role === '' ? [draw(side)] : [sign(side.role), draw(side)])));
    case 'condition':
      return row(...join(children.map(draw), () => words(` ${label} `)));
    case 'list':
      return row(...(label === '' ? commas(children) : join(children.map(draw), () => words(` ${label} `))));
    case 'alternatives':
      return row(...join(children.map(draw), () => words(' or ')));
    case 'assignment':
      return row(
        ...join(
          children.map((child) => row(drawName(child.role), sign('='), draw(child))),
          () => sign(','),
        ),
      );
    case 'matrix':
      return bracket(
        '(',
        ')',
        math(
          'mtable',
          {},
          ...children.map((each) => math('mtr', {}, ...each.children.map((cell) => math('mtd', {}, draw(cell))))),
        ),
      );
    case 'cases':
      return row(sign('{'), math('mtable', { columnalign: 'left' }, ...children.map(drawBranch)));
    case 'ratio':
      return row(...join(children.map(draw), () => sign(':')));
    case 'family':
      return row(...children.map(draw), words(`, ${readable(label)}`));
    case 'boolean':
    case 'choice':
      return row(
        words(kind === 'choice' ? `(${label})` : label),
        ...children.flatMap((child) => [words(' '), draw(child)]),
      );
    default:
      return words(readable(label === '' ? node.text : label));
  }
}

const signs: Readonly<Record<string, string>> = {
  '\\le': '≤',
  '\\ne': '≠',
  '\\in': '∈',
  '\\equiv': '≡',
  '\\parallel': '∥',
  '\\perp': '⊥',
};

function strengthOf({ kind, label }: TreeNode): Strength {
  if (kind === 'rational' || kind === 'number') return label.startsWith('-') ? 0 : label.includes('/') ? 2 : 4;
  if (kind === 'sum' || kind === 'negation' || kind === 'bound') return 0;
  if (kind === 'product' || kind === 'quantity') return 1;
  if (kind === 'power' || kind === 'factorial' || kind === 'quotient') return 3;
  return 4;
}

function inside(node: TreeNode, wanted: Strength): Element {
  return strengthOf(node) >= wanted || (node.kind === 'product' && wanted === 2)
    ? draw(node)
    : bracket('(', ')', draw(node));
}

function drawTerm(term: TreeNode, index: number): Element {
  const isSigned = term.kind === 'sum' || (index > 0 && term.label.startsWith('-'));
  return isSigned ? bracket('(', ')', draw(term)) : draw(term);
}

/** Nothing stands between `2` and `x`, and a dot between two numbers. */
function between(before: TreeNode | undefined, after: TreeNode): Element {
  const isNumber = after.kind === 'rational' || (after.kind === 'power' && after.children[0]?.kind === 'rational');
  return sign(isNumber || before?.kind === 'quotient' || after.kind === 'quotient' ? '⋅' : '\u2062');
}

function drawFunction(name: string, children: readonly TreeNode[]): Element {
  const [argument] = children;
  const drawn = argument === undefined ? [] : [draw(argument)];
  if (name === 'abs') return bracket('|', '|', ...drawn);
  if (name === 'floor') return bracket('⌊', '⌋', ...drawn);
  if (name === 'ceil') return bracket('⌈', '⌉', ...drawn);
  // `f(x) = ...` as an answer: its label holds the parameters.
  if (name.endsWith(')')) return row(words(readable(name)), sign('='), ...drawn);
  return row(math('mi', {}, name), sign('\u2061'), bracket('(', ')', ...drawn));
}

const operators: Readonly<Record<string, string>> = { sum: '∑', prod: '∏', int: '∫' };

function drawBound(label: string, [body, from, to]: readonly TreeNode[]): Element {
  const [operator = '', letter = ''] = label.split(' ');
  const drawn = body === undefined ? [] : [inside(body, 1)];
  const low = from === undefined ? row() : draw(from);
  const high = to === undefined ? row() : draw(to);
  const head = operators[operator];
  if (head === undefined) {
    const target = row(drawName(letter), sign('→'), low, ...(operator === 'lim' ? [] : [sign(operator.slice(-1))]));
    return row(math('munder', {}, math('mi', {}, 'lim'), target), ...drawn);
  }
  if (operator === 'int')
    return row(math('msubsup', {}, sign(head), low, high), ...drawn, math('mi', {}, 'd'), drawName(letter));
  return row(math('munderover', {}, sign(head), row(drawName(letter), sign('='), low), high), ...drawn);
}

function drawBranch({ label, children }: TreeNode): Element {
  const [value, condition] = children.map(draw);
  const when = condition === undefined ? words(label) : row(words('if '), condition);
  return math('mtr', {}, math('mtd', {}, value ?? row()), math('mtd', {}, when));
}

/** `3/4`, `0.5`, `50%`, `5 cm`. */
function drawNumber(label: string): Element {
  const [, minus = '', top = '', bottom, tail = ''] = /^(-?)(\d+)(?:\/(\d+))?(.*)$/s.exec(label) ?? [];
  if (top === '') return words(label);
  const size =
    bottom === undefined ? math('mn', {}, top) : math('mfrac', {}, math('mn', {}, top), math('mn', {}, bottom));
  return row(...(minus === '' ? [] : [sign('-')]), size, ...(tail === '' ? [] : [words(tail)]));
}

/** What stands over a letter, by the command that puts it there. */
const accents: Readonly<Record<string, string>> = { vec: '→', overline: '¯', bar: '¯', hat: '^', tilde: '~', dot: '˙' };

/** `x`, `\alpha`, `x_1`, `a_{n}`, `\vec{a}`, `\mathbf{v}`. */
function drawName(name: string): Element {
  const [, stem = name, braced, bare] = /^([^_]+)_(?:\{([^{}]*)\}|(\w))$/.exec(name) ?? [];
  const below = braced ?? bare;
  if (below !== undefined) return math('msub', {}, drawName(stem), math('mi', {}, readable(below)));
  const [, command = '', inner = ''] = /^\\([a-z]+) ?\{?([^{}]+)\}?$/.exec(name) ?? [];
  const accent = accents[command];
  if (accent !== undefined) return math('mover', { accent: 'true' }, drawName(inner), sign(accent));
  if (command === 'mathbf') return math('mi', { class: 'bold' }, inner);
  return math('mi', {}, readable(name));
}

const letters: ReadonlyMap<string, string> = new Map(
  [
    'alpha α,beta β,gamma γ,delta δ,epsilon ε,varepsilon ε,zeta ζ,eta η,theta θ,vartheta ϑ,iota ι,kappa κ,lambda λ',
    'mu μ,nu ν,xi ξ,pi π,rho ρ,sigma σ,tau τ,phi φ,varphi φ,chi χ,psi ψ,omega ω,Gamma Γ,Delta Δ,Theta Θ,Lambda Λ',
    'Xi Ξ,Pi Π,Sigma Σ,Phi Φ,Psi Ψ,Omega Ω,infty ∞,emptyset ∅,triangle △,angle ∠,ldots …,cdots ⋯,to →,le ≤,ge ≥,ne ≠,in ∈',
  ].flatMap((line) => line.split(',').map((entry) => entry.split(' ') as [string, string])),
);

/** LaTeX names in letters, for what is drawn as text. */
export function readable(text: string): string {
  return text
    .replace(
      /\\mathbb ?\{?([A-Z])\}?/g,
      (_, letter: string) => ({ Z: 'ℤ', R: 'ℝ', N: 'ℕ', Q: 'ℚ', C: 'ℂ' })[letter] ?? letter,
    )
    .replace(/\\([a-zA-Z]+) ?/g, (all, name: string) => letters.get(name) ?? all);
}

function commas(children: readonly TreeNode[]): readonly Element[] {
  return join(children.map(draw), () => math('mo', { separator: 'true' }, ','));
}

function join(elements: readonly Element[], glue: () => Element): readonly Element[] {
  return elements.flatMap((each, i) => (i === 0 ? [each] : [glue(), each]));
}

function bracket(open: string, close: string, ...content: readonly Element[]): Element {
  const mark = (text: string, form: string): Element => math('mo', { fence: 'true', stretchy: 'true', form }, text);
  return row(mark(open, 'prefix'), ...content, mark(close, 'postfix'));
}

function row(...content: readonly Element[]): Element {
  return math('mrow', {}, ...content);
}

function sign(text: string): Element {
  return math('mo', {}, text === '-' ? '−' : text);
}

function words(text: string): Element {
  // Spaces at the ends of text would be lost.
  return math('mtext', {}, unhide(text).replace(/^ | $/g, '\u00a0'));
}

function math(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Element | string)[]
): Element {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
