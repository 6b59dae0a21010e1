// How often a scoring profile agrees with the system that it imitates, run here beside it: on every recorded pair, on
// 2,000 changed references, on the verifier's own cases, and for extraction on recorded replies. Needs SCALEQUEST_DATA_DIR, and a Python that has
// the system; DART-Math, Qwen2.5-Math and OlympiadBench also their checkout.
// Usage: npm run bench -- profile-parity --profile hendrycks --python PATH [--checkout DIR] [--out FILE] [--limit N] [--own-only]
//   --own-only  only our own cases, whose verdicts it records in packages/verifier/cases/profiles
//   --answers FILE  keeps what the system said, and asks it only what is not in there
//   --out FILE  the disagreements with their texts (outside the repository); benchmarks/results gets the ids alone
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProfile } from '@scalequest/verifier/profiles';
import { askSystem } from './support/profile-parity/ask-system.mjs';
import { makeVariants } from './support/profile-parity/make-variants.mjs';
import { readOwnCases, readPairs, readReplies } from './support/profile-parity/read-cases.mjs';
import { systems } from './support/profile-parity/systems.mjs';
import { describeMachine } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    profile: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    checkout: { type: 'string' },
    answers: { type: 'string' },
    out: { type: 'string' },
    limit: { type: 'string', default: '0' },
    'own-only': { type: 'boolean', default: false },
    variants: { type: 'string', default: '2000' },
  },
});

/** Equal cases are asked once. */
const keyOf = ({ kind, reference, candidate, reply, problem, tolerance }) =>
  JSON.stringify([kind, reference, candidate, reply, problem, tolerance]);

function answerOurs(profile, row) {
  const started = performance.now();
  const answer =
    row.kind === 'pair' ? { equal: profile.isEqual(row) } : { answer: profile.extract(row)?.answer ?? null };
  return { ...answer, ms: performance.now() - started };
}

/** What sort of disagreement it is; undefined where there is none. */
function classify(row, ours, theirs) {
  if (row.kind === 'pair') {
    if (ours.equal === theirs.equal) return undefined;
    return `${theirs.equal ? 'only they say equal' : 'only we say equal'}${theirs.note ? `, ${theirs.note}` : ''}`;
  }
  // An empty answer is none.
  if ((ours.answer ?? '') === (theirs.answer ?? '')) return undefined;
  if ((ours.answer ?? '') === '') return 'only they extract';
  return (theirs.answer ?? '') === '' ? 'only we extract' : 'another answer extracted';
}

function groupBy(items, keyOfItem) {
  const groups = {};
  for (const item of items) {
    groups[keyOfItem(item)] ??= [];
    groups[keyOfItem(item)].push(item);
  }
  return groups;
}

function countBySet(rows, isWrong) {
  const sets = groupBy(rows, ({ set }) => set);
  return Object.fromEntries(
    Object.entries(sets).map(([set, members]) => {
      const agreed = members.filter((row) => !isWrong.has(row)).length;
      return [set, { cases: members.length, agreed, share: Number(((100 * agreed) / members.length).toFixed(2)) }];
    }),
  );
}

/** What the system says to every case; a known answer holds as long as the versions do. */
async function askWhatIsNew(cases) {
  const file = values.answers;
  const known = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { answers: {} };
  const isNew = cases.filter((row) => known.answers[keyOf(row)] === undefined);
  const asked = await askSystem({ ...system, ...values, cases: isNew });
  if (known.versions !== undefined && JSON.stringify(known.versions) !== JSON.stringify(asked.versions)) {
    throw new Error(`${file} is of other versions: ${JSON.stringify(known.versions)}. Delete it.`);
  }
  const answers = { ...known.answers, ...Object.fromEntries(isNew.map((row, i) => [keyOf(row), asked.answers[i]])) };
  if (file !== undefined) writeFileSync(file, JSON.stringify({ versions: asked.versions, answers }));
  return { versions: asked.versions, answers: cases.map((row) => answers[keyOf(row)]) };
}

/**
 * The verdicts of the system on our own cases, for the test that guards the
 * profile without Python. Where the profile says otherwise, `ours` says so.
 */
function recordOwnCases() {
  const lines = own.map((row) => {
    const { ours: mine, theirs: other } = results.get(keyOf(row));
    const { id, set, ...given } = row;
    const verdict = row.kind === 'pair' ? { equal: other.equal } : { answer: other.answer };
    const known =
      classify(row, mine, other) === undefined ? {} : { ours: row.kind === 'pair' ? mine.equal : mine.answer };
    return `${JSON.stringify({ ...given, ...verdict, ...known })}\n`;
  });
  writeFileSync(join(casesFolder, `${profile.name}.jsonl`), lines.join(''));
}

const casesFolder = join(import.meta.dirname, '..', 'packages', 'verifier', 'cases', 'profiles');
const profile = findProfile(values.profile ?? '');
const system = systems[values.profile];
if (profile === undefined || system === undefined) {
  console.error(`Profile '${values.profile}' is not known. Give one of: ${Object.keys(systems).join(', ')}.`);
  process.exit(2);
}
const own = readOwnCases();
const pairs = await readPairs();
const all = [...pairs, ...makeVariants(pairs, Number(values.variants)), ...(await readReplies()), ...own];
const step = Number(values.limit) > 0 ? Math.ceil(all.length / Number(values.limit)) : 1;
const rows = values['own-only'] ? own : all.filter((_, i) => i % step === 0);
const unique = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
const theirs = await askWhatIsNew(unique);
const ours = unique.map((row) => answerOurs(profile, row));
const results = new Map(unique.map((row, i) => [keyOf(row), { ours: ours[i], theirs: theirs.answers[i] }]));

const disagreements = new Map();
for (const row of rows) {
  const { ours: mine, theirs: other } = results.get(keyOf(row));
  const reason = classify(row, mine, other);
  if (reason !== undefined) disagreements.set(row, { reason, ours: mine, theirs: other });
}
const sets = countBySet(rows, disagreements);
// What the target is about: the recorded pairs and the changed references.
const verdicts = rows.filter(({ kind, set }) => kind === 'pair' && set !== 'own cases' && set !== 'special');
const wrongVerdicts = verdicts.filter((row) => disagreements.has(row)).length;
const reasons = groupBy([...disagreements], ([, { reason }]) => reason);

console.log(describeMachine());
console.log(`profile ${profile.name}@${profile.version}, imitates ${profile.imitates}`);
console.log(`ran: ${JSON.stringify(theirs.versions)}`);
for (const [set, { cases, agreed, share }] of Object.entries(sets)) {
  console.log(
    `  ${set.padEnd(32)} ${String(agreed).padStart(6)} of ${String(cases).padStart(6)}  ${share.toFixed(2)} %`,
  );
}
if (verdicts.length > 0) {
  const share = 100 * (1 - wrongVerdicts / verdicts.length);
  console.log(`  verdicts in all: ${share.toFixed(2)} % of ${verdicts.length}`);
}
console.log(`  slowest of ours: ${Math.max(...ours.map(({ ms }) => ms)).toFixed(0)} ms`);
for (const [reason, members] of Object.entries(reasons)) console.log(`  ${members.length} x ${reason}`);

if (values.out !== undefined) {
  const out = createWriteStream(values.out);
  for (const [row, found] of disagreements) out.write(`${JSON.stringify({ ...row, ...found })}\n`);
  out.end();
}
if (step === 1) recordOwnCases();
if (step === 1 && !values['own-only']) {
  const file = join(import.meta.dirname, 'results', `profile-parity-${profile.name}.json`);
  const ids = Object.fromEntries(
    Object.entries(reasons).map(([reason, members]) => [reason, members.map(([{ id }]) => id)]),
  );
  const summary = {
    profile: `${profile.name}@${profile.version}`,
    imitates: profile.imitates,
    date: new Date().toISOString().slice(0, 10),
    versions: { node: process.version, ...theirs.versions },
    verdicts: { cases: verdicts.length, agreed: verdicts.length - wrongVerdicts },
    sets,
    disagreements: ids,
  };
  writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
}
