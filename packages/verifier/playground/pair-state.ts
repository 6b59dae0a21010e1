import { type Policy, type Preset, policyNames, type VerifyOptions } from '@scalequest/verifier';

/** All that the page shows follows from this, and the address holds it. */
export interface PairState {
  readonly reference: string;
  /** The candidate, or the whole reply. */
  readonly candidate: string;
  readonly mode: 'answer' | 'reply';
  readonly preset: Preset;
  /** Policies that are not as the preset says. */
  readonly changes: Readonly<Partial<Record<Policy, boolean>>>;
  /** Bounds as they were typed; empty for none. */
  readonly absolute: string;
  readonly relative: string;
}

/** Those that a box turns on and off. A tolerance is on when it is given, and has its own fields. */
export const listedPolicies: readonly Policy[] = policyNames.filter((name) => name !== 'tolerance');

export const emptyState: PairState = {
  reference: '',
  candidate: '',
  mode: 'answer',
  preset: 'benchmark',
  changes: {},
  absolute: '',
  relative: '',
};

/** The state as the part of an address behind `#`; what is as usual is left out. */
export function toHash(state: PairState): string {
  const fields = new URLSearchParams({ reference: state.reference, candidate: state.candidate });
  if (state.mode !== emptyState.mode) fields.set('mode', state.mode);
  if (state.preset !== emptyState.preset) fields.set('preset', state.preset);
  for (const [name, isOn] of Object.entries(state.changes)) fields.append(isOn ? 'allow' : 'refuse', name);
  for (const name of ['absolute', 'relative'] as const) if (state[name] !== '') fields.set(name, state[name]);
  return `#${fields}`;
}

/** What a link says, and what of it this page does not know. */
export interface ReadLink {
  readonly state: PairState;
  /** Such as `preset=lax`. */
  readonly leftOut: readonly string[];
}

const takes: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['reference', () => true],
  ['candidate', () => true],
  ['absolute', () => true],
  ['relative', () => true],
  ['mode', (value) => value === 'answer' || value === 'reply'],
  ['preset', (value) => value === 'benchmark' || value === 'strict'],
  ['allow', isListed],
  ['refuse', isListed],
]);

function isListed(name: string): boolean {
  return listedPolicies.some((known) => known === name);
}

/** Reads an address, which may come from anybody; null where it holds no pair. */
export function fromHash(hash: string): ReadLink | null {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  if (!fields.has('reference') && !fields.has('candidate')) return null;
  const list = (key: string, isOn: boolean): (readonly [Policy, boolean])[] =>
    fields
      .getAll(key)
      .flatMap((name) => listedPolicies.filter((known) => known === name).map((known) => [known, isOn]));
  const state: PairState = {
    reference: fields.get('reference') ?? '',
    candidate: fields.get('candidate') ?? '',
    mode: fields.get('mode') === 'reply' ? 'reply' : 'answer',
    preset: fields.get('preset') === 'strict' ? 'strict' : 'benchmark',
    changes: Object.fromEntries([...list('allow', true), ...list('refuse', false)]),
    absolute: fields.get('absolute') ?? '',
    relative: fields.get('relative') ?? '',
  };
  const unknown = [...fields].filter(([key, value]) => takes.get(key)?.(value) !== true);
  return { state, leftOut: unknown.map(([key, value]) => `${key}=${value}`) };
}

/** What the engine is asked with. */
export function toOptions({ preset, changes, absolute, relative }: PairState): VerifyOptions {
  const tolerance = { ...(absolute === '' ? {} : { absolute }), ...(relative === '' ? {} : { relative }) };
  return { preset, policies: changes, ...(Object.keys(tolerance).length === 0 ? {} : { tolerance }) };
}
