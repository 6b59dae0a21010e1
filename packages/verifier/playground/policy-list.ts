import { describePolicy, type Policy, type Preset } from '@scalequest/verifier';
import { element } from './element.ts';
import { listedPolicies, type PairState } from './pair-state.ts';

function isOnIn(preset: Preset, name: Policy): boolean {
  const { on } = describePolicy(name);
  return on === 'strict' || (on === 'benchmark' && preset === 'benchmark');
}

/** Rows of a box, a name and what the policy lets pass. */
export function makePolicyRows(): readonly HTMLElement[] {
  return listedPolicies.map((name) => {
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

/** The changes after one box was ticked or cleared; a box that is again as the preset says is none. */
export function readChange(box: HTMLInputElement, { preset, changes }: PairState): PairState['changes'] {
  const name = listedPolicies.find((known) => known === box.dataset.policy);
  if (name === undefined) return changes;
  const { [name]: _, ...others } = changes;
  return box.checked === isOnIn(preset, name) ? others : { ...others, [name]: box.checked };
}

export function writeChanges(root: HTMLElement, { preset, changes }: PairState): void {
  for (const box of root.querySelectorAll<HTMLInputElement>('input[data-policy]')) {
    const name = listedPolicies.find((known) => known === box.dataset.policy);
    if (name === undefined) continue;
    box.checked = changes[name] ?? isOnIn(preset, name);
    box.closest('li')?.classList.toggle('changed', changes[name] !== undefined);
  }
}
