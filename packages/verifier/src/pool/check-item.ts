import { VerifierError } from '../errors.ts';
import { pickVerifyOptions } from '../presets.ts';
import type { VerifyOptions } from '../types.ts';
import type { AnyPoolItem, ProfileItem } from './types.ts';

/**
 * A copy of the item with what a worker reads and nothing else: what cannot be sent, or is changed later, must not cost
 * the items that travel with it. Throws `BAD_ITEM` or `BAD_OPTION` where a field has no meaning.
 */
export function checkItem(item: unknown): AnyPoolItem {
  if (typeof item !== 'object' || item === null) throw badItem(`it is ${describe(item)}, and no object`);
  try {
    return copyItem(item as Readonly<Record<string, unknown>>);
  } catch (error) {
    // A getter or a proxy of the caller's may throw anything.
    throw error instanceof VerifierError ? error : badItem('it cannot be read', error);
  }
}

function copyItem(item: Readonly<Record<string, unknown>>): AnyPoolItem {
  const { reference, candidate, reply, mode, problem, options, profile, otherReferences, tolerance } = item;
  if (typeof reference !== 'string') throw badItem(`'reference' is ${describe(reference)}, and no text`);
  const rest = {
    ...(problem === undefined ? {} : { problem: requireText('problem', problem) }),
    ...(options === undefined ? {} : { options: copyOptions(options) }),
    ...(profile === undefined ? {} : { profile: requireText('profile', profile) }),
    ...(otherReferences === undefined ? {} : { otherReferences: requireTexts('otherReferences', otherReferences) }),
    ...(tolerance === undefined ? {} : { tolerance: requireText('tolerance', tolerance) }),
  };
  if (reply !== undefined) {
    if (mode !== undefined && mode !== 'reply' && mode !== 'answer')
      throw badItem(
        `'mode' is ${typeof mode === 'string' ? `'${mode.slice(0, 200)}'` : describe(mode)}; known are reply, answer`,
      );
    return { reference, reply: requireText('reply', reply), ...(mode === undefined ? {} : { mode }), ...rest };
  }
  if (candidate === undefined) throw badItem("it has neither 'candidate' nor 'reply'");
  return { reference, candidate: requireText('candidate', candidate), ...rest };
}

/** The options of a comparison among those of something larger, checked, in a form that travels to a worker. */
export function copyOptions(options: unknown): VerifyOptions {
  if (typeof options !== 'object' || options === null)
    throw badItem(`'options' is ${describe(options)}, and no object`);
  const picked = pickVerifyOptions(options);
  try {
    return structuredClone(picked);
  } catch (error) {
    throw badItem("'options' holds what cannot be sent to a worker, such as a function", error);
  }
}

/** How long the texts of an item are, in UTF-16 code units. */
export function countCharacters(item: AnyPoolItem): number {
  const { reference, problem = '', otherReferences = [] }: Partial<ProfileItem> & Pick<ProfileItem, 'reference'> = item;
  const text = 'reply' in item ? item.reply : item.candidate;
  return otherReferences.reduce((sum, { length }) => sum + length, reference.length + text.length + problem.length);
}

function requireText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw badItem(`'${name}' is ${describe(value)}, and no text`);
}

function requireTexts(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw badItem(`'${name}' is ${describe(value)}, and no list`);
  return value.map((one) => requireText(name, one));
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  const isShort = typeof value === 'number' || typeof value === 'boolean';
  return isShort ? String(value) : `of the type ${Array.isArray(value) ? 'array' : typeof value}`;
}

function badItem(why: string, cause?: unknown): VerifierError {
  return new VerifierError({
    code: 'BAD_ITEM',
    kind: 'request',
    what: `The verifier pool cannot take this item: ${why}.`,
    next: 'Give { reference, candidate } or { reference, reply }, all of them texts.',
    ...(cause === undefined ? {} : { cause }),
  });
}
