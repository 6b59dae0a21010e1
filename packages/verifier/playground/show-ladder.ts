import { describePolicy, type Proof, type UndecidedReason, type VerifyResult } from '@scalequest/verifier';
import { element } from './element.ts';

interface Rung {
  readonly proof: Proof;
  readonly name: string;
  readonly meaning: string;
}

/** From the cheapest to the last resort. */
const rungs: readonly Rung[] = [
  { proof: 'identical', name: 'Same text', meaning: 'once spaces and dress are gone' },
  { proof: 'exact', name: 'Exact', meaning: 'exact values and forms, and every difference that is proved' },
  { proof: 'modular', name: 'Two finite fields', meaning: 'values at random points; wrong once in 2^100' },
  { proof: 'interval', name: 'Balls at 1,024 bits', meaning: 'strong evidence, and no proof' },
  { proof: 'cas', name: 'Computer algebra', meaning: 'only in the worker pool' },
];

/** Nothing was compared, so no rung was asked. */
const unreached: readonly (UndecidedReason | undefined)[] = [
  'reference-not-parsed',
  'candidate-not-parsed',
  'too-long',
  'no-answer',
  'truncated',
];

/** Every rung, with the one that decided marked. */
export function showLadder(result: VerifyResult): readonly HTMLElement[] {
  const { verdict, policies, reason } = result;
  // A difference is exact, whatever was let pass beside it.
  const proof = verdict === 'different' ? 'exact' : result.proof;
  const decided = rungs.findIndex((rung) => rung.proof === proof);
  const items = rungs.map((rung, i) =>
    showRung(rung, rung.proof === 'cas' ? 'away' : findState(rung, { ...result, proof }, decided - i)),
  );
  if (reason === 'policy-refused')
    items.push(showRung({ name: 'Leniency', meaning: 'they are equal only under one that is off' }, 'refused'));
  if (policies.length > 0) {
    const meaning = policies.map((name) => `${describePolicy(name).meaning} (${name})`).join('; ');
    items.push(showRung({ name: 'Leniency', meaning }, verdict === 'equal' ? 'decided' : 'allowed'));
  }
  return items;
}

/** Behind a leniency stands one of the rungs, and the result does not say which. */
function findState(rung: Rung, { verdict, proof, reason }: VerifyResult, below: number): State {
  if (proof === 'policy' || reason === 'policy-refused') return 'used';
  // The only proof that a preset refuses and that this page has.
  if (reason === 'proof-refused' && rung.proof === 'interval') return 'refused';
  if (verdict === 'undecided') return unreached.includes(reason) ? 'unused' : 'passed';
  return below === 0 ? 'decided' : below > 0 ? 'passed' : 'unused';
}

type State = 'decided' | 'refused' | 'allowed' | 'passed' | 'unused' | 'used' | 'away';

const states: Readonly<Record<State, string>> = {
  decided: 'decided',
  refused: 'refused',
  allowed: 'let pass',
  passed: 'did not settle it',
  unused: 'not asked',
  used: '',
  away: 'not here',
};

function showRung({ name, meaning }: Pick<Rung, 'name' | 'meaning'>, state: State): HTMLElement {
  const current: Readonly<Record<string, string>> = state === 'decided' ? { 'aria-current': 'step' } : {};
  return element(
    'li',
    { class: state, ...current },
    element('span', { class: 'rung' }, element('b', {}, name), element('span', { class: 'meaning' }, meaning)),
    ...(states[state] === '' ? [] : [element('span', { class: 'state' }, states[state])]),
  );
}
