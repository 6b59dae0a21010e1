import {
  type Extraction,
  reward,
  rewardReply,
  type VerifyResult,
  verifyAnswer,
  verifyReply,
} from '@scalequest/verifier';
import { listReadings } from '@scalequest/verifier/tree';
import { element, find } from './element.ts';
import { examples } from './examples.ts';
import { emptyState, fromHash, type PairState, toHash, toOptions } from './pair-state.ts';
import { makePolicyRows, readChanges, writeChanges } from './policy-list.ts';
import { showExtraction } from './show-extraction.ts';
import { showLadder } from './show-ladder.ts';
import { showReadings } from './show-tree.ts';
import { showVerdict } from './show-verdict.ts';
import { startTheme } from './theme.ts';

const form = find('pair', HTMLFormElement);
const reference = find('reference', HTMLTextAreaElement);
const candidate = find('candidate', HTMLTextAreaElement);
const policies = find('policies', HTMLUListElement);
const said = find('said', HTMLDivElement);
let state: PairState = emptyState;
let addressTimer: ReturnType<typeof setTimeout> | undefined;

/** Browsers refuse a page that changes its address with every key. */
const addressDelayMs = 200;

/** Longer addresses are cut or refused on their way. */
const longestHash = 60_000;

function choice(name: string): string {
  return form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? '';
}

function textField(name: 'absolute' | 'relative'): HTMLInputElement {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) return field;
  throw new Error(`The form has no field ${name}.`);
}

function readForm(): PairState {
  const preset = choice('preset') === 'strict' ? 'strict' : 'benchmark';
  return {
    reference: reference.value,
    candidate: candidate.value,
    mode: choice('mode') === 'reply' ? 'reply' : 'answer',
    preset,
    changes: readChanges(policies, preset),
    absolute: textField('absolute').value.trim(),
    relative: textField('relative').value.trim(),
  };
}

function writeForm(next: PairState): void {
  reference.value = next.reference;
  candidate.value = next.candidate;
  for (const box of form.querySelectorAll<HTMLInputElement>('input[name="mode"], input[name="preset"]'))
    box.checked = box.value === (box.name === 'mode' ? next.mode : next.preset);
  for (const name of ['absolute', 'relative'] as const) textField(name).value = next[name];
  writeChanges(policies, next);
}

/** Puts the state into the address; false where it is too long for one. */
function writeAddress(): boolean {
  clearTimeout(addressTimer);
  const hash = toHash(state);
  if (hash.length > longestHash) return false;
  history.replaceState(null, '', hash);
  return true;
}

/** Shows what the form says, and soon puts it into the address. */
function update(next: PairState): void {
  // The changes stay what they are when the preset moves under them.
  state = next;
  writeChanges(policies, state);
  const count =
    Object.keys(state.changes).length + [state.absolute, state.relative].filter((text) => text !== '').length;
  find('changed', HTMLSpanElement).textContent = count === 0 ? '' : `${count} changed`;
  find('candidate-name', HTMLSpanElement).textContent = state.mode === 'reply' ? 'Reply' : 'Candidate';
  find('candidate-hint', HTMLSpanElement).textContent = state.mode === 'reply' ? "a model's text" : 'under test';
  candidate.rows = state.mode === 'reply' ? 8 : 2;
  clearTimeout(addressTimer);
  addressTimer = setTimeout(writeAddress, addressDelayMs);
  show();
}

function show(): void {
  const verdict = find('verdict', HTMLDivElement);
  const options = toOptions(state);
  const isReply = state.mode === 'reply';
  const reply = { reference: state.reference, reply: state.candidate };
  let result: VerifyResult & { readonly extraction?: Extraction };
  try {
    result = isReply ? verifyReply(reply, options) : verifyAnswer(state, options);
    verdict.replaceChildren(...showVerdict(result, isReply ? rewardReply(reply, options) : reward(state, options)));
  } catch (error) {
    // A tolerance that is no number.
    verdict.replaceChildren(element('p', { class: 'why' }, error instanceof Error ? error.message : String(error)));
    return;
  }
  const { extraction = null } = result;
  find('extraction', HTMLElement).hidden = extraction === null;
  if (extraction !== null) {
    const { facts, marked } = showExtraction(state.candidate, extraction);
    find('extraction-facts', HTMLParagraphElement).textContent = facts;
    find('reply', HTMLPreElement).replaceChildren(...marked);
  }
  const answer = extraction === null ? state.candidate : extraction.status === 'found' ? extraction.answer : '';
  find('ladder', HTMLOListElement).replaceChildren(...showLadder(result));
  find('reference-tree', HTMLDivElement).replaceChildren(showReadings(listReadings(state.reference, options)));
  find('candidate-tree', HTMLDivElement).replaceChildren(showReadings(listReadings(answer, options)));
}

async function copyLink(): Promise<void> {
  if (!writeAddress()) return say('Too long', 'The reply is too long for a link.');
  try {
    await navigator.clipboard.writeText(location.href);
    say('Copied', 'Link copied');
  } catch {
    say('Not copied', 'The browser refused to copy. Copy the address of the page.');
  }
}

/** Shows a word on the button for a while, and says the sentence to those who do not see it. */
function say(word: string, sentence: string): void {
  const button = find('copy', HTMLButtonElement);
  button.textContent = word;
  button.title = sentence;
  said.textContent = sentence;
  setTimeout(() => {
    button.textContent = 'Copy link';
    said.textContent = '';
  }, 2000);
}

function load(next: PairState): void {
  writeForm(next);
  update(next);
}

function swap(): void {
  load({ ...state, reference: state.candidate, candidate: state.reference, mode: 'answer' });
}

// It scrolls, and so the keyboard must reach it.
find('reply', HTMLPreElement).tabIndex = 0;
const theme = startTheme(find('theme', HTMLFieldSetElement));
policies.append(...makePolicyRows());
find('examples', HTMLDivElement).append(
  ...examples.map((example) => {
    const button = element('button', { type: 'button' }, example.name);
    button.addEventListener('click', () => load(example.state));
    return button;
  }),
);
form.addEventListener('input', (event) => {
  const isPreset = event.target instanceof HTMLInputElement && event.target.name === 'preset';
  // The boxes still show the other preset.
  update(isPreset ? { ...readForm(), changes: state.changes } : readForm());
});
form.addEventListener('submit', (event) => event.preventDefault());
find('swap', HTMLButtonElement).addEventListener('click', swap);
find('copy', HTMLButtonElement).addEventListener('click', copyLink);
find('reset', HTMLButtonElement).addEventListener('click', () =>
  load({ ...state, changes: {}, absolute: '', relative: '' }),
);
window.addEventListener('hashchange', () => load(fromHash(location.hash) ?? state));

const shortcuts: Readonly<Record<string, () => unknown>> = {
  KeyR: () => reference.focus(),
  KeyC: () => candidate.focus(),
  KeyS: swap,
  KeyL: copyLink,
  KeyT: () => {
    said.textContent = `Theme ${theme.next()}`;
  },
};
window.addEventListener('keydown', (event) => {
  // By place, since Alt makes other characters on some systems.
  const act = event.altKey && !event.ctrlKey && !event.metaKey ? shortcuts[event.code] : undefined;
  if (act === undefined) return;
  event.preventDefault();
  act();
});

load(fromHash(location.hash) ?? examples[0]?.state ?? emptyState);
