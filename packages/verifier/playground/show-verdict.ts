import { explain, type Reward, type VerifyResult } from '@scalequest/verifier';
import { element, unhide } from './element.ts';

const marks = { equal: '=', different: '≠', undecided: '?' } as const;

/** The verdict in one word, in whole sentences, and as its fields. */
export function showVerdict(result: VerifyResult, reward: Reward): readonly HTMLElement[] {
  const { verdict, rule, proof, policies, reason, fuel } = result;
  const word = `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`;
  // The first sentence is the word itself.
  const sentences = explain(result).replace(/^\w+\. /, '');
  const facts: readonly (readonly [string, string])[] = [
    ...(reason === undefined
      ? ([
          ['rule', rule],
          ['proof', proof],
        ] as const)
      : ([['reason', reason]] as const)),
    ['policies', policies.length === 0 ? 'none' : policies.join(', ')],
    ['reward', String(reward)],
    ['fuel', `${fuel.toLocaleString('en')} ${fuel === 1 ? 'step' : 'steps'}`],
  ];
  return [
    element(
      'div',
      { class: `word ${verdict}` },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[verdict]),
      element('h2', {}, word),
    ),
    element('p', { class: 'why' }, unhide(sentences)),
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    ),
  ];
}
