import {
  type Extraction,
  explain,
  extractAnswer,
  reward,
  rewardReply,
  VerifierError,
  verifyAnswer,
  verifyReply,
} from '@scalequest/verifier';
import { element, find, tell, unhide } from './element.ts';
import { type PairState, toOptions } from './pair-state.ts';
import { showExtraction } from './show-extraction.ts';
import { showLadder } from './show-ladder.ts';
import { showReadings } from './show-tree.ts';
import { showVerdict } from './show-verdict.ts';

/** Shows all that follows from the state, and gives its verdict in sentences. */
export function showPair(state: PairState): string {
  const extraction = extract(state);
  find('extraction', HTMLElement).hidden = extraction === null;
  if (extraction !== null) {
    const { facts, marked } = showExtraction(state.candidate, extraction);
    find('extraction-facts', HTMLParagraphElement).textContent = facts;
    find('reply', HTMLPreElement).replaceChildren(...marked);
  }
  find('reference-tree', HTMLDivElement).replaceChildren(showReadings(state.reference));
  find('candidate-tree', HTMLDivElement).replaceChildren(showReadings(pickAnswer(state, extraction)));
  return showResult(state);
}

/** What is compared with the reference: the candidate, or the answer of the reply. */
export function pickAnswer(state: PairState, extraction = extract(state)): string {
  if (extraction === null) return state.candidate;
  return extraction.status === 'found' ? extraction.answer : '';
}

function extract({ mode, candidate }: PairState): Extraction | null {
  return mode === 'reply' ? extractAnswer(candidate) : null;
}

function showResult(state: PairState): string {
  const verdict = find('verdict', HTMLDivElement);
  const ladder = find('ladder-card', HTMLElement);
  const options = toOptions(state);
  const reply = { reference: state.reference, reply: state.candidate };
  ladder.hidden = true;
  markBounds(state, '');
  try {
    const isReply = state.mode === 'reply';
    const result = isReply ? verifyReply(reply, options) : verifyAnswer(state, options);
    verdict.replaceChildren(...showVerdict(result, isReply ? rewardReply(reply, options) : reward(state, options)));
    find('ladder', HTMLOListElement).replaceChildren(...showLadder(result));
    ladder.hidden = false;
    return unhide(explain(result));
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    // A tolerance that is no number.
    const fault = unhide(error.message);
    verdict.replaceChildren(element('p', { class: 'why' }, fault));
    find('leniencies', HTMLDetailsElement).open = true;
    markBounds(state, fault, error.fields.value);
    return fault;
  }
}

/** Marks the bounds that are refused, and says why beside them. */
function markBounds(state: PairState, fault: string, refused?: unknown): void {
  tell('tolerance-fault', fault);
  for (const name of ['absolute', 'relative'] as const) {
    const field = find(name, HTMLInputElement);
    const isFault = state[name] === refused;
    field.setAttribute('aria-invalid', String(isFault));
    if (isFault) field.setAttribute('aria-describedby', 'tolerance-fault');
    else field.removeAttribute('aria-describedby');
  }
}
