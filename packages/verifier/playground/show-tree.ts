import { listReadings, type TreeNode } from '@scalequest/verifier/tree';
import { element, unhide } from './element.ts';
import { readable, toMathml } from './to-mathml.ts';

/** Trees with more nodes are drawn in part, so that a long answer does not stop the page. */
const mostNodes = 400;

/** Longer text says nothing to the eye. */
const mostCharacters = 600;

/** The engine reads no longer answers. */
const longestAnswer = 4000;

/** What was understood of one side: as mathematics, as text, and as a tree, with the other readings behind. */
export function showReadings(answer: string): HTMLElement {
  const [first, ...others] = listReadings(answer);
  if (first === undefined) return element('p', { class: 'note' }, explainNothing(answer));
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

function explainNothing(answer: string): string {
  if (answer.trim() === '') return 'There is nothing to read.';
  if (answer.length > longestAnswer) return 'Longer than 4,000 characters, and so not read.';
  const seen = unhide(answer);
  const hidden = seen === answer ? '' : ` It holds characters that do not show: ${shorten(seen)}`;
  return `Not understood as a whole: only the same text equals it.${hidden}`;
}

function showMath(tree: TreeNode): HTMLElement {
  return element(
    'div',
    { class: 'math', tabindex: '0', role: 'group', 'aria-label': 'As mathematics' },
    toMathml(tree),
  );
}

function showText({ text }: TreeNode): HTMLElement {
  return element('code', { class: 'text' }, unhide(shorten(text)));
}

function shorten(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

function showTree(tree: TreeNode): HTMLElement {
  let left = mostNodes;
  const showNode = (node: TreeNode): HTMLElement => {
    left--;
    const line = element('span', { class: 'node' });
    if (node.role !== '') line.append(element('span', { class: 'role' }, unhide(readable(node.role))), ' ');
    line.append(element('span', { class: 'kind' }, isSquareRoot(node) ? 'square root' : node.kind));
    if (node.label !== '' && !isSquareRoot(node))
      line.append(' ', element('b', { class: 'label' }, unhide(readable(node.label))));
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
