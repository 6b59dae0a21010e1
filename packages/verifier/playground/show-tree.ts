import type { TreeNode } from '@scalequest/verifier/tree';
import { element } from './element.ts';
import { readable, toMathml } from './to-mathml.ts';

/** Trees with more nodes are drawn in part, so that a long answer does not stop the page. */
const mostNodes = 400;

/** What was understood of one side: as mathematics, as text, and as a tree, with the other readings behind. */
export function showReadings(readings: readonly TreeNode[]): HTMLElement {
  const [first, ...others] = readings;
  if (first === undefined)
    return element('p', { class: 'note' }, 'Not understood as a whole: only the same text equals it.');
  const shown = element('div', {}, showMath(first), showText(first), showTree(first));
  if (others.length > 0) {
    const list = element(
      'ul',
      { class: 'others' },
      ...others.map((other) => element('li', {}, showMath(other), showText(other))),
    );
    const title = `${others.length} other ${others.length === 1 ? 'reading' : 'readings'}`;
    shown.append(element('details', {}, element('summary', {}, title), list));
  }
  return shown;
}

function showMath(tree: TreeNode): HTMLElement {
  return element(
    'div',
    { class: 'math', tabindex: '0', role: 'group', 'aria-label': 'As mathematics' },
    toMathml(tree),
  );
}

function showText({ text }: TreeNode): HTMLElement {
  return element('code', { class: 'text' }, text);
}

function showTree(tree: TreeNode): HTMLElement {
  let left = mostNodes;
  const showNode = (node: TreeNode): HTMLElement => {
    left--;
    const line = element('span', { class: 'node' });
    if (node.role !== '') line.append(element('span', { class: 'role' }, readable(node.role)), ' ');
    line.append(element('span', { class: 'kind' }, isSquareRoot(node) ? 'square root' : node.kind));
    if (node.label !== '' && !isSquareRoot(node))
      line.append(' ', element('b', { class: 'label' }, readable(node.label)));
    const item = element('li', {}, line);
    const inner = element('ul');
    for (const child of node.children) {
      if (left > 0) inner.append(showNode(child));
      else if (inner.lastElementChild?.className !== 'more') inner.append(element('li', { class: 'more' }, '…'));
    }
    if (inner.hasChildNodes()) item.append(inner);
    return item;
  };
  const attributes = { class: 'tree', tabindex: '0', role: 'group', 'aria-label': 'As a tree' };
  return element('div', attributes, element('ul', {}, showNode(tree)));
}

function isSquareRoot({ kind, label }: TreeNode): boolean {
  return kind === 'root' && label === '2';
}
