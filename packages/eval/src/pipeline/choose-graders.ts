import { describeCloseNames } from '@scalequest/core';
import type { VerifierPool } from '@scalequest/verifier/pool';
import { labelProfile, type Profile, profiles } from '@scalequest/verifier/profiles';
import { shareChecks } from '../code/share-checks.ts';
import { createTestsGrader, type ProgramChecker } from '../code/tests-grader.ts';
import { testsGraderForms } from '../code/tests-grader-forms.ts';
import { EvaluationError } from '../errors.ts';
import type { TestSet } from '../outcomes/outcome.ts';
import { createOursGrader, createProfileGrader, type Grader, oursGrader } from './grader.ts';

export interface GraderChoice {
  /**
   * Names such as `ours` and `dart`, or labels such as `dart@1`; `all` is all that fit.
   *
   * @defaultValue the protocol's, and `ours` or, of programs, `tests`; where there are plus tests, both with them too
   */
  readonly names?: readonly string[];
  /** Who makes the headline. @defaultValue the protocol's grader where it judges, with plus tests where there are some; else the first */
  readonly headline?: string;
  /** The grader that the protocol names. */
  readonly protocol: string;
  /** The tests that there are for the answers. @defaultValue the answers are no programs */
  readonly tests?: TestSet | undefined;
}

export interface ChooseGradersOptions {
  /** Where all judge that compare answers. */
  readonly verifier: Pick<VerifierPool, 'verify'>;
  /** Where all judge that run programs. */
  readonly sandbox: ProgramChecker;
  /** @defaultValue the profiles that ship */
  readonly profiles?: ReadonlyMap<string, Pick<Profile, 'name' | 'version'>>;
}

export interface ChosenGraders {
  readonly graders: readonly Grader[];
  /** Label of the one that makes the headline. */
  readonly headline: string;
}

/** A grader that could be chosen. */
interface Candidate {
  readonly name: string;
  readonly label: string;
  /** Which tests it runs; undefined for one that compares answers. */
  readonly tests: TestSet | undefined;
  readonly create: () => Grader;
}

/**
 * The graders that a command names, each once and in its order.
 *
 * @throws EvaluationError `UNKNOWN_GRADER`, `GRADER_NOT_FOR_BENCHMARK`
 */
export function chooseGraders(choice: GraderChoice, options: ChooseGradersOptions): ChosenGraders {
  const known = listCandidates(options);
  const fitting = known.filter((candidate) => isFitting(candidate, choice.tests));
  const find = (text: string): Candidate =>
    findCandidate(nameOwn(text, choice.tests), { known, fitting, tests: choice.tests });
  const asked = choice.names ?? nameDefaults(choice);
  const chosen = asked.flatMap((name) => (name === 'all' ? fitting : [find(name)]));
  if (choice.headline !== undefined) chosen.push(find(choice.headline));
  const unique = [...new Set(chosen)];
  const wanted = choice.headline === undefined ? nameHeadline(choice) : find(choice.headline).name;
  const headline = unique.find(({ name }) => name === wanted) ?? unique[0];
  if (headline === undefined) throw noGraderError(fitting);
  return { graders: unique.map(({ create }) => create()), headline: headline.label };
}

function listCandidates({ verifier, sandbox, profiles: known = profiles }: ChooseGradersOptions): readonly Candidate[] {
  const shared = shareChecks(sandbox);
  const ours = { name: 'ours', label: oursGrader, tests: undefined, create: () => createOursGrader(verifier) };
  return [
    ours,
    ...[...known].map(([name, profile]) => ({
      name,
      label: labelProfile(profile),
      tests: undefined,
      create: () => createProfileGrader(profile, verifier),
    })),
    ...Object.entries(testsGraderForms).map(([name, form]) => ({
      name,
      label: form.label,
      tests: form.tests,
      create: () => createTestsGrader(form, shared),
    })),
  ];
}

function isFitting({ tests }: Pick<Candidate, 'tests'>, there: TestSet | undefined): boolean {
  return tests === there || (tests === 'base' && there === 'plus');
}

function nameDefaults(choice: GraderChoice): readonly string[] {
  const { tests } = choice;
  const names = [nameOwn(choice.protocol, tests), nameOwn('ours', tests)];
  return tests === 'plus' ? names.flatMap((name) => [addPlus(name), name]) : names;
}

function nameHeadline(choice: GraderChoice): string {
  const name = nameOwn(choice.protocol, choice.tests);
  return choice.tests === 'plus' ? addPlus(name) : name;
}

/** `ours` is our own grader of whatever the answers are: of programs that is `tests`. */
function nameOwn(name: string, tests: TestSet | undefined): string {
  return tests !== undefined && name === 'ours' ? 'tests' : name;
}

/** The grader that reads replies as this one does, and runs the plus tests too; itself where there is none. */
function addPlus(name: string): string {
  const plus = `${name}-plus`;
  return plus in testsGraderForms ? plus : name;
}

function noGraderError(fitting: readonly Candidate[]): EvaluationError {
  return new EvaluationError({
    code: 'UNKNOWN_GRADER',
    kind: 'request',
    what: 'No grader is named.',
    next: `Name at least one: ${fitting.map(({ name }) => name).join(', ')}; 'all' names them all.`,
  });
}

/** The candidate of a name or a label. */
function findCandidate(
  text: string,
  {
    known,
    fitting,
    tests,
  }: {
    readonly known: readonly Candidate[];
    readonly fitting: readonly Candidate[];
    readonly tests: TestSet | undefined;
  },
): Candidate {
  const found = known.find(({ name, label }) => text === name || text === label);
  const labels = fitting.map(({ label }) => label).join(', ');
  const next = `The graders are ${labels}; 'all' names them all.`;
  if (found === undefined) {
    throw new EvaluationError({
      code: 'UNKNOWN_GRADER',
      kind: 'request',
      what: `Grader '${text}' is not known.`,
      why: describeCloseNames(
        text,
        fitting.map(({ name }) => name),
      ),
      next,
      fields: { name: text },
    });
  }
  if (fitting.includes(found)) return found;
  throw new EvaluationError({
    code: 'GRADER_NOT_FOR_BENCHMARK',
    kind: 'request',
    what: `Grader '${text}' cannot judge this benchmark.`,
    why: describeMisfit(found, tests),
    next,
    fields: { name: text },
  });
}

function describeMisfit(grader: Candidate, tests: TestSet | undefined): string {
  if (tests === undefined) return 'It runs programs, and these answers are none.';
  return grader.tests === undefined
    ? 'It compares answers, and these are programs: tests judge them.'
    : 'There are no plus tests for these problems; another --set may have some.';
}
