import { describePolicy, type Policy, type Preset, policyNames } from '@scalequest/verifier';
import { element } from './element.ts';
import type { PairState } from './pair-state.ts';

/** A tolerance is on when it is given, and has its own fields. */
const listed = policyNames.filter((name) => name !== 'tolerance');

function isOnIn(preset: Preset, name: Policy): boolean {
  const { on } = describePolicy(name);
  return on === 'strict' || (on === 'benchmark' && preset === 'benchmark');
}

/** Rows of a box, a name and what the policy lets pass. */
export function makePolicyRows(): readonly HTMLElement[] {
  return listed.map((name) => {
    const { meaning, equal } = describePolicy(name);
    const box = element('input', {
      type: 'checkbox',
      id: `policy-${name}`,
      'data-policy': name,
      'aria-describedby': `meaning-${name}`,
    });
    const label = element('label', { for: `policy-${name}` }, name);
    const examples = [element('code', {}, equal[0]), ' and ', element('code', {}, equal[1])];
    return element(
      'li',
      {},
      box,
      element('div', {}, label, element('p', { id: `meaning-${name}` }, `${meaning}: `, ...examples)),
    );
  });
}

/** The boxes that are not as the preset says. */
export function readChanges(root: HTMLElement, preset: Preset): PairState['changes'] {
  const boxes = [...root.querySelectorAll<HTMLInputElement>('input[data-policy]')];
  return Object.fromEntries(
    listed.flatMap((name) => {
      const box = boxes.find(({ dataset }) => dataset.policy === name);
      return box === undefined || box.checked === isOnIn(preset, name) ? [] : [[name, box.checked]];
    }),
  );
}

export function writeChanges(root: HTMLElement, { preset, changes }: PairState): void {
  for (const box of root.querySelectorAll<HTMLInputElement>('input[data-policy]')) {
    const name = listed.find((known) => known === box.dataset.policy);
    if (name === undefined) continue;
    box.checked = changes[name] ?? isOnIn(preset, name);
    box.closest('li')?.classList.toggle('changed', changes[name] !== undefined);
  }
}
