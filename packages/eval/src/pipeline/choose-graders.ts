import { describeCloseNames } from '@scalequest/core';
import type { VerifierPool } from '@scalequest/verifier/pool';
import { labelProfile, type Profile, profiles } from '@scalequest/verifier/profiles';
import { EvaluationError } from '../errors.ts';
import { createOursGrader, createProfileGrader, type Grader, oursGrader } from './grader.ts';

export interface GraderChoice {
  /** Names such as `ours` and `dart`, or labels such as `dart@1`; `all` is all. @defaultValue the protocol's, and ours */
  readonly names?: readonly string[];
  /** Who makes the headline. @defaultValue the protocol's grader where it judges, else the first */
  readonly headline?: string;
  /** The grader that the protocol names. */
  readonly protocol: string;
}

export interface ChooseGradersOptions {
  /** Where all of them judge. */
  readonly verifier: Pick<VerifierPool, 'verify'>;
  /** @defaultValue the profiles that ship */
  readonly profiles?: ReadonlyMap<string, Pick<Profile, 'name' | 'version'>>;
}

export interface ChosenGraders {
  readonly graders: readonly Grader[];
  /** Label of the one that makes the headline. */
  readonly headline: string;
}

const ours = 'ours';

/**
 * The graders that a command names, each once and in its order.
 *
 * @throws EvaluationError `UNKNOWN_GRADER`
 */
export function chooseGraders(choice: GraderChoice, options: ChooseGradersOptions): ChosenGraders {
  const known = options.profiles ?? profiles;
  const all = [ours, ...known.keys()];
  const asked = choice.names ?? [choice.protocol, ours];
  const names = asked.flatMap((name) => (name === 'all' ? all : [findName(name, known)]));
  const wanted = choice.headline === undefined ? choice.protocol : findName(choice.headline, known);
  if (choice.headline !== undefined) names.push(wanted);
  const unique = [...new Set(names)];
  if (unique.length === 0) throw noGraderError(known);
  const headline = unique.includes(wanted) ? wanted : (unique[0] as string);
  const graders = unique.map((name) => createGrader(name, { ...options, profiles: known }));
  return { graders, headline: labelGrader(headline, known) };
}

function createGrader(name: string, { verifier, profiles: known }: Required<ChooseGradersOptions>): Grader {
  const profile = known.get(name);
  return profile === undefined ? createOursGrader(verifier) : createProfileGrader(profile, verifier);
}

function labelGrader(name: string, known: Required<ChooseGradersOptions>['profiles']): string {
  const profile = known.get(name);
  return profile === undefined ? oursGrader : labelProfile(profile);
}

function noGraderError(known: Required<ChooseGradersOptions>['profiles']): EvaluationError {
  return new EvaluationError({
    code: 'UNKNOWN_GRADER',
    kind: 'request',
    what: 'No grader is named.',
    next: `Name at least one: ${[ours, ...known.keys()].join(', ')}; 'all' names them all.`,
  });
}

/** The name of a name or a label. */
function findName(text: string, known: Required<ChooseGradersOptions>['profiles']): string {
  const all = [ours, ...known.keys()];
  const name = all.find((one) => text === one || text === labelGrader(one, known));
  if (name !== undefined) return name;
  throw new EvaluationError({
    code: 'UNKNOWN_GRADER',
    kind: 'request',
    what: `Grader '${text}' is not known.`,
    why: describeCloseNames(text, all),
    next: `The graders are ${all.map((one) => labelGrader(one, known)).join(', ')}; 'all' names them all.`,
    fields: { name: text },
  });
}
