import { readTolerance } from './compare/tolerance.ts';
import { requirePositive, VerifierError } from './errors.ts';
import { describePolicy, type PolicyRow, policyNames } from './policies.ts';
import type { Settings } from './settings.ts';
import type { Policy, Preset, RefusableProof, VerifyOptions } from './types.ts';

const defaultFuel = 2_000_000;

const refusableProofs: readonly RefusableProof[] = ['modular', 'interval', 'cas'];

const refuse = (...on: readonly PolicyRow['on'][]): ReadonlySet<Policy> =>
  // A tolerance is off until one is given, and then nobody refuses it.
  new Set(policyNames.filter((name) => name !== 'tolerance' && on.includes(describePolicy(name).on)));

const presets: Readonly<Record<Preset, Pick<Settings, 'refusedPolicies' | 'refusedProofs'>>> = {
  benchmark: { refusedPolicies: refuse('request'), refusedProofs: new Set() },
  strict: { refusedPolicies: refuse('request', 'benchmark'), refusedProofs: new Set(['interval', 'cas']) },
};

const defaults: Settings = { fuel: defaultFuel, tolerance: null, ...presets.benchmark };

/** Fills in the defaults. An option that has no meaning is a mistake of the caller, and throws. */
export function resolveSettings(options: VerifyOptions): Settings {
  const { fuel, preset = 'benchmark', policies, proofs, tolerance } = options;
  if (preset === 'benchmark' && (policies ?? proofs ?? tolerance) === undefined) {
    return fuel === undefined ? defaults : { ...defaults, fuel: requirePositive('fuel', fuel) };
  }
  const known = presets[requireName('preset', preset, ['strict', 'benchmark'])];
  return {
    fuel: fuel === undefined ? defaultFuel : requirePositive('fuel', fuel),
    refusedPolicies: override('policies', policyNames, { refused: known.refusedPolicies, changes: policies }),
    refusedProofs: override('proofs', refusableProofs, { refused: known.refusedProofs, changes: proofs }),
    tolerance: tolerance === undefined ? null : readTolerance(tolerance),
  };
}

/** The options of a comparison among those of something larger, checked. */
export function pickVerifyOptions({ fuel, preset, policies, proofs, tolerance }: VerifyOptions): VerifyOptions {
  const picked = Object.entries({ fuel, preset, policies, proofs, tolerance }).filter(
    ([, value]) => value !== undefined,
  );
  const options: VerifyOptions = Object.fromEntries(picked);
  resolveSettings(options);
  return options;
}

function override<Name extends string>(
  option: string,
  names: readonly Name[],
  {
    refused,
    changes = {},
  }: { readonly refused: ReadonlySet<Name>; readonly changes?: Partial<Record<Name, boolean>> | undefined },
): ReadonlySet<Name> {
  for (const name of Object.keys(changes)) requireName(option, name as Name, names);
  return new Set(names.filter((name) => !(changes[name] ?? !refused.has(name))));
}

function requireName<Name extends string>(option: string, name: Name, names: readonly Name[]): Name {
  if (names.includes(name)) return name;
  throw new VerifierError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `Option '${option}' has '${String(name).slice(0, 200)}'; known are ${names.join(', ')}.`,
    fields: { option, value: name },
  });
}
