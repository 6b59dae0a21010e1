import { element, find, tell, unhide } from './element.ts';
import { examples } from './examples.ts';
import { emptyState, fromHash, type PairState, toHash } from './pair-state.ts';
import { makePolicyRows, readChange, writeChanges } from './policy-list.ts';
import { pickAnswer, showPair } from './show-pair.ts';
import { startTheme } from './theme.ts';

const form = find('pair', HTMLFormElement);
const reference = find('reference', HTMLTextAreaElement);
const candidate = find('candidate', HTMLTextAreaElement);
const policies = find('policies', HTMLUListElement);
const said = find('said', HTMLDivElement);
let state: PairState = emptyState;
let settleTimer: ReturnType<typeof setTimeout> | undefined;
let copyTimer: ReturnType<typeof setTimeout> | undefined;

/** With every key, a browser refuses a new address, and a screen reader cannot follow the verdict. */
const settleMs = 400;

/** Longer addresses are cut or refused on their way. */
const longestHash = 60_000;

function choice(name: string): string {
  return form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? '';
}

/** The form, whose boxes of policies say only what was changed last. */
function readForm(target: EventTarget | null): PairState {
  return {
    reference: reference.value,
    candidate: candidate.value,
    mode: choice('mode') === 'reply' ? 'reply' : 'answer',
    preset: choice('preset') === 'strict' ? 'strict' : 'benchmark',
    changes: target instanceof HTMLInputElement ? readChange(target, state) : state.changes,
    absolute: find('absolute', HTMLInputElement).value.trim(),
    relative: find('relative', HTMLInputElement).value.trim(),
  };
}

function writeForm(next: PairState): void {
  reference.value = next.reference;
  candidate.value = next.candidate;
  for (const box of form.querySelectorAll<HTMLInputElement>('input[name="mode"], input[name="preset"]'))
    box.checked = box.value === (box.name === 'mode' ? next.mode : next.preset);
  for (const name of ['absolute', 'relative'] as const) find(name, HTMLInputElement).value = next[name];
  writeChanges(policies, next);
}

/** Puts the state into the address; where it is too long for one, the address is bare, and false. */
function writeAddress(): boolean {
  const hash = toHash(state);
  const isShort = hash.length <= longestHash;
  history.replaceState(null, '', isShort ? hash : location.pathname + location.search);
  return isShort;
}

/** Shows what the form says. Once it rests, the address holds it and its verdict is told to those who do not see it. */
function update(next: PairState): void {
  state = next;
  // The changes stay what they are when the preset moves under them.
  writeChanges(policies, state);
  const count =
    Object.keys(state.changes).length + [state.absolute, state.relative].filter((text) => text !== '').length;
  find('changed', HTMLSpanElement).textContent = count === 0 ? '' : `${count} changed`;
  find('candidate-name', HTMLSpanElement).textContent = state.mode === 'reply' ? 'Reply' : 'Candidate';
  find('candidate-hint', HTMLSpanElement).textContent = state.mode === 'reply' ? "a model's text" : 'under test';
  candidate.rows = state.mode === 'reply' ? 8 : 2;
  tell('link-fault', '');
  const sentences = showPair(state);
  clearTimeout(settleTimer);
  settleTimer = setTimeout(() => {
    writeAddress();
    said.textContent = sentences;
  }, settleMs);
}

async function copyLink(): Promise<void> {
  if (!writeAddress()) return say('Too long', 'The pair is too long for a link.');
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
  clearTimeout(copyTimer);
  copyTimer = setTimeout(() => {
    button.textContent = 'Copy link';
    button.removeAttribute('title');
  }, 2000);
}

function load(next: PairState): void {
  writeForm(next);
  // As the fields hold it: they have one kind of line end, and a bound has no spaces around it.
  update({ ...readForm(null), changes: next.changes });
}

/** Opens what the address holds, or what is given instead. */
function open(otherwise: PairState): void {
  const link = fromHash(location.hash);
  load(link?.state ?? otherwise);
  if (link === null && location.hash.includes('='))
    tell('link-fault', 'The link holds no pair, neither reference= nor candidate=. What is shown is not from it.');
  if (link !== null && link.leftOut.length > 0) {
    const parts = unhide(link.leftOut.join(', '));
    const shown = parts.length > 200 ? `${parts.slice(0, 200)}… (${parts.length} characters)` : parts;
    tell(
      'link-fault',
      `This page does not know a part of the link and leaves it out: ${shown}. The sender may see another verdict.`,
    );
  }
}

function swap(): void {
  load({ ...state, reference: pickAnswer(state), candidate: state.reference, mode: 'answer' });
}

const scrolled = find('reply', HTMLPreElement);
// It scrolls, and so the keyboard must reach it and find its name.
for (const [key, value] of Object.entries({ tabindex: '0', role: 'group', 'aria-label': 'The reply' }))
  scrolled.setAttribute(key, value);
const theme = startTheme(find('theme', HTMLFieldSetElement));
policies.append(...makePolicyRows());
find('examples', HTMLDivElement).append(
  ...examples.map((example) => {
    const button = element('button', { type: 'button' }, example.name);
    button.addEventListener('click', () => load(example.state));
    return button;
  }),
);
form.addEventListener('input', ({ target }) => update(readForm(target)));
form.addEventListener('submit', (event) => event.preventDefault());
find('swap', HTMLButtonElement).addEventListener('click', swap);
find('copy', HTMLButtonElement).addEventListener('click', copyLink);
find('reset', HTMLButtonElement).addEventListener('click', () =>
  load({ ...state, changes: {}, absolute: '', relative: '' }),
);
window.addEventListener('hashchange', () => open(state));

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

open(examples[0]?.state ?? emptyState);
