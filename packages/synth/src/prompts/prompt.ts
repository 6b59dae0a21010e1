import { digest, sha256Hex } from '@scalequest/core';
import type { ChatMessage, Prompt } from '@scalequest/models';
import type { Fields } from '../engine/row.ts';
import { SynthError } from '../errors.ts';

/** What a model is told, with places such as `{{question}}` for what a row knows. */
export interface PromptTemplate {
  readonly name: string;
  /** Raised with every change of its text. */
  readonly version: number;
  /** `given` where a user's file has it, else the project's own words. */
  readonly origin: 'own' | 'given';
  /** The system turn. @defaultValue none is sent, and the server's template has its own way */
  readonly system?: string;
  /** The user's turn. */
  readonly user: string;
  /** Every place that its texts may have, and must have one at least. */
  readonly places: readonly string[];
}

export interface DefinePromptOptions extends Omit<PromptTemplate, 'origin' | 'places'> {
  /** @defaultValue ['question'] */
  readonly places?: readonly string[];
  /** @defaultValue 'own' */
  readonly origin?: PromptTemplate['origin'];
}

/** Names with a blank or a hyphen are none that are known: they are refused, and not sent to the model as they stand. */
const placePattern = /\{\{[ \t]*(\w[\w .-]*?|)[ \t]*\}\}/g;

/**
 * Makes a prompt, and checks that it has each of its places and no others.
 *
 * @throws SynthError `PROMPT_BROKEN`
 * @example
 * const prompt = definePrompt({ name: 'solve-math', version: 1, user: 'Solve this:\n{{question}}' });
 */
export function definePrompt({ places = ['question'], origin = 'own', ...texts }: DefinePromptOptions): PromptTemplate {
  const { name, system = '', user } = texts;
  const found = new Set([...`${system}\n${user}`.matchAll(placePattern)].map(([, place = '']) => place));
  const missing = places.filter((place) => !found.has(place));
  const unknown = [...found].filter((place) => !places.includes(place));
  if (missing.length === 0 && unknown.length === 0) return { ...texts, origin, places };
  const show = (names: readonly string[]): string => names.map((place) => `{{${place}}}`).join(', ');
  throw new SynthError({
    code: 'PROMPT_BROKEN',
    kind: 'request',
    what: `Prompt '${name}' cannot be filled in.`,
    why:
      missing.length > 0
        ? `It has no place for ${show(missing)}.`
        : `It has ${show(unknown)}, and nothing to put there.`,
    next: `Its places are ${show(places)}, each at least once.`,
    fields: { name, missing, unknown },
  });
}

/** The turns that a model gets. What is put in is taken as it is: places in it are no places. */
export function fillPrompt({ system, user }: PromptTemplate, values: Readonly<Record<string, string>>): Prompt {
  const fill = (text: string): string => text.replace(placePattern, (whole, place: string) => values[place] ?? whole);
  const messages: readonly ChatMessage[] = [
    ...(system === undefined ? [] : [{ role: 'system', content: fill(system) } as const]),
    { role: 'user', content: fill(user) },
  ];
  return { kind: 'chat', messages };
}

/** What of a prompt is part of a stage's settings: with another text it is another dataset. */
export function identifyPrompt({ name, version, origin, system, user }: PromptTemplate): Fields {
  const sha256 = system === undefined ? sha256Hex(user) : digest({ system, user });
  return { name, version, origin, sha256 };
}
