import { type AnswerRelation, compareAnswers, type Limits } from './compare/compare-answers.ts';
import { canonicalDecimal } from './compare/compare-decimals.ts';
import { compareEach } from './compare/compare-each.ts';
import type { SecondOpinion } from './compare/comparison.ts';
import { differInOneToken } from './compare/differ-in-one-token.ts';
import type { Relation } from './compare/relation.ts';
import type { Expression } from './expression/expression.ts';
import { listChildren } from './expression/list-children.ts';
import { Fuel } from './fuel.ts';
import type { ParsedAnswer } from './parse/parse-answer.ts';
import { readAnswer } from './parse/read-answer.ts';
import { isUnderstood, listExpressions, listParts, type Value } from './parse/values.ts';
import { resolveSettings } from './presets.ts';
import type { Settings } from './settings.ts';
import { toIdentityText } from './text/identity-text.ts';
import { normalizeText } from './text/normalize-text.ts';
import type { Proof, UndecidedReason, VerifyInput, VerifyOptions, VerifyResult } from './types.ts';

/** Longer answers are compared as they stand and not parsed. */
export const longestAnswer = 4000;

/**
 * Decides whether a model's answer means the same as the reference answer.
 *
 * Cheap checks come first (same text, same number). What no check can settle is `undecided` with its reason, never
 * `different`, so a check that is missing cannot lower a score unseen. Never throws on any two strings, and the work
 * is bounded by {@link VerifyOptions.fuel}, not by a clock.
 *
 * @example
 * const { verdict } = verifyAnswer({ reference: '\\frac{1}{2}', candidate: '0.5' });
 * // verdict === 'equal'
 */
export function verifyAnswer(input: VerifyInput, options: VerifyOptions = {}): VerifyResult {
  return verifyWithOpinion(input, options);
}

/** {@link verifyAnswer}, asking a second opinion about expressions that no check can settle. */
export function verifyWithOpinion(
  input: VerifyInput,
  options: VerifyOptions,
  secondOpinion?: SecondOpinion,
): VerifyResult {
  const settings = resolveSettings(options);
  const plain = verifyPlainDecimals(input);
  // A tolerance may yet make two different decimals equal.
  return plain !== undefined && (plain.verdict === 'equal' || settings.tolerance === null)
    ? plain
    : verifyTexts(input, { settings, secondOpinion: settings.refusedProofs.has('cas') ? undefined : secondOpinion });
}

/** Most answers are integers or decimals, and need neither normalising nor parsing. */
function verifyPlainDecimals({ reference, candidate }: VerifyInput): VerifyResult | undefined {
  const a = canonicalDecimal(reference);
  if (a === null) return undefined;
  const b = canonicalDecimal(candidate);
  if (b === null) return undefined;
  return {
    verdict: a === b ? 'equal' : 'different',
    rule: reference === candidate ? 'identical-text' : 'number',
    proof: reference === candidate ? 'identical' : 'exact',
    policies: [],
    normalized: { reference: a, candidate: b },
    fuel: 1,
  };
}

interface Means {
  readonly settings: Settings;
  readonly secondOpinion: SecondOpinion | undefined;
}

function verifyTexts({ reference, candidate }: VerifyInput, { settings, secondOpinion }: Means): VerifyResult {
  const fuel = new Fuel(settings.fuel);
  const nothing = { reference: null, candidate: null };
  if (reference.length > longestAnswer || candidate.length > longestAnswer) {
    fuel.spend(1);
    if (reference !== candidate) return undecided('too-long', { normalized: nothing, fuel, settings });
    return { verdict: 'equal', rule: 'identical-text', proof: 'identical', policies: [], normalized: nothing, fuel: 1 };
  }
  if (!fuel.spend(reference.length + candidate.length))
    return undecided('out-of-fuel', { normalized: nothing, fuel, settings });
  const texts = { reference: normalizeText(reference), candidate: normalizeText(candidate) };
  if (texts.reference === '') return undecided('reference-not-parsed', { normalized: nothing, fuel, settings });
  // What says nothing does not say this number, point or set.
  if (/^(?:\[ ?\])?$/.test(texts.candidate)) {
    const { parsed, printed } = readAnswer(texts.reference, fuel);
    const said = { reference: printed, candidate: null };
    if (parsed.readings.length > 0 && parsed.readings.every(saysSomething))
      return { verdict: 'different', rule: 'kind', proof: 'exact', policies: [], normalized: said, fuel: fuel.used };
    return undecided('candidate-not-parsed', { normalized: nothing, fuel, settings });
  }

  const first = readAnswer(texts.reference, fuel);
  const second = texts.candidate === texts.reference ? first : readAnswer(texts.candidate, fuel);
  const parsed = { reference: first.parsed, candidate: second.parsed };
  const normalized = { reference: first.printed, candidate: second.printed };
  if (texts.reference === texts.candidate || toIdentityText(texts.reference) === toIdentityText(texts.candidate)) {
    return { verdict: 'equal', rule: 'identical-text', proof: 'identical', policies: [], normalized, fuel: fuel.used };
  }
  const differs = (): boolean => {
    const all = [parsed.reference, parsed.candidate];
    const isRead = all.every(({ readings }) => readings.length > 0 && !readings.some(isProse));
    const size = texts.reference.length + texts.candidate.length;
    return !isRead && fuel.spend(size) && differInOneToken(texts.reference, texts.candidate);
  };
  const different: VerifyResult = {
    verdict: 'different',
    rule: 'words',
    proof: 'exact',
    policies: [],
    normalized,
    fuel: fuel.used,
  };
  if (parsed.reference.readings.length === 0) {
    if (differs()) return different;
    return undecided(explainFailure(parsed.reference, 'reference-not-parsed'), { normalized, fuel, settings });
  }
  if (parsed.candidate.readings.length === 0) {
    if (differs()) return different;
    return undecided(explainFailure(parsed.candidate, 'candidate-not-parsed'), { normalized, fuel, settings });
  }
  const near = compareWithTolerances(parsed, { fuel, settings });
  if (near !== undefined) return decide({ relation: near, rule: 'list' }, { normalized, fuel, settings });
  // In one order for both ways round, so that running out of fuel falls on both.
  const [a, b] =
    texts.reference < texts.candidate
      ? ([parsed.reference, parsed.candidate] as const)
      : ([parsed.candidate, parsed.reference] as const);
  const result = compareParsed(a, b, { normalized, fuel, settings, secondOpinion });
  return result.reason === 'no-rule' && differs() ? { ...different, fuel: fuel.used } : result;
}

interface ResultParts {
  readonly normalized: VerifyResult['normalized'];
  readonly fuel: Fuel;
  readonly settings: Settings;
  readonly secondOpinion?: SecondOpinion | undefined;
}

function compareParsed(a: ParsedAnswer, b: ParsedAnswer, parts: ResultParts): VerifyResult {
  return decide(compareAnswers(a, b, parts), parts);
}

/** The one comparison that is not the same both ways round: each answer of the reference may have its own tolerance. */
function compareWithTolerances(
  { reference, candidate }: { readonly reference: ParsedAnswer; readonly candidate: ParsedAnswer },
  limits: Limits,
): Relation | undefined {
  const bounds = limits.settings.tolerance?.each;
  const [wanted] = reference.readings;
  const [given] = candidate.readings;
  if (!bounds || wanted === undefined || given === undefined) return undefined;
  return compareEach({ reference: wanted, candidate: given }, bounds, limits);
}

function decide({ relation, rule }: AnswerRelation, parts: ResultParts): VerifyResult {
  if (relation.kind === 'unknown') return undecided(parts.fuel.isOut ? 'out-of-fuel' : relation.reason, parts);
  const { refusedPolicies, refusedProofs } = parts.settings;
  // What is different under a leniency is different without it.
  const policies = relation.policies.filter((name) => !refusedPolicies.has(name));
  if (relation.kind === 'same') {
    if (policies.length < relation.policies.length) return undecided('policy-refused', parts);
    if (relation.proof !== 'exact' && refusedProofs.has(relation.proof)) return undecided('proof-refused', parts);
  }
  return {
    verdict: relation.kind === 'same' ? 'equal' : 'different',
    rule: relation.kind === 'same' && relation.proof === 'cas' ? 'cas' : rule,
    proof: nameProof({ ...relation, policies }),
    policies,
    normalized: parts.normalized,
    fuel: parts.fuel.used,
  };
}

function nameProof(relation: Exclude<Relation, { kind: 'unknown' }>): Proof {
  if (relation.policies.length > 0) return 'policy';
  return relation.kind === 'same' ? relation.proof : 'exact';
}

function undecided(reason: UndecidedReason, { normalized, fuel }: ResultParts): VerifyResult {
  return { verdict: 'undecided', rule: 'none', proof: 'none', reason, policies: [], normalized, fuel: fuel.used };
}

function explainFailure({ failure }: ParsedAnswer, otherwise: UndecidedReason): UndecidedReason {
  return failure === 'too-long' || failure === 'out-of-fuel' ? failure : otherwise;
}

/** What is not read as a whole, or has words whose part in it nobody weighs. */
function isProse(value: Value): boolean {
  if (!isUnderstood(value) || value.kind === 'words' || value.kind === 'boolean') return true;
  if (value.kind === 'assignment' && value.entries.some(({ name }) => name.includes('\\begin') || /\\.*\d/.test(name)))
    return true;
  return listParts(value).some(isProse) || listExpressions(value).some(isBound);
}

function saysSomething(value: Value): boolean {
  if (value.kind === 'region') return value.pieces.length > 0;
  return /^(?:number|expression|quantity|tuple|matrix|based|ratio|time|date|assignment)$/.test(value.kind);
}

/** Sums and products whose value nobody knows. */
function isBound(expression: Expression): boolean {
  return expression.kind === 'bound' || listChildren(expression).some(isBound);
}
