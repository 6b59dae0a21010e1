import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Random } from '@scalequest/core';

/** Questions of a file of the data folder, such as `math/train`. */
export function readQuestions(dataDir: string, name: string): readonly string[] {
  const lines = gunzipSync(readFileSync(join(dataDir, 'benchmark', `${name}.jsonl.gz`)))
    .toString()
    .trim()
    .split('\n');
  return lines.map((line) => {
    const record = JSON.parse(line) as { readonly problem?: string; readonly question?: string };
    return record.problem ?? record.question ?? '';
  });
}

const synonyms: readonly (readonly [RegExp, string])[] = [
  [/\bFind\b/, 'Determine'],
  [/\bfind\b/, 'obtain'],
  [/\bCompute\b/, 'Calculate'],
  [/\bDetermine\b/, 'Find'],
  [/\bEvaluate\b/, 'Compute'],
  [/\bSuppose\b/, 'Assume'],
  [/\bgiven\b/, 'stated'],
  [/\bshown\b/, 'pictured'],
  [/\bshop\b|\bstore\b/, 'market'],
  [/\bbuys\b/, 'purchases'],
  [/\bhas\b/, 'owns'],
  [/\bmakes\b/, 'builds'],
  [/\bbig\b|\blarge\b/, 'huge'],
  [/\bchosen\b/, 'picked'],
  [/\bselected\b/, 'drawn'],
  [/\bcontains\b/, 'includes'],
  [/\bAnswer\b|\banswer\b/, 'result'],
  [/\bLet\b/, 'Call'],
  [/\bconsider\b/i, 'regard'],
  [/\bobtained\b/, 'gotten'],
  [/\bused\b/, 'taken'],
];
const names = ['Priya', 'Tobias', 'Keiko', 'Amara', 'Lorenzo', 'Ingrid', 'Mateo'];
const fillers = ['simply', 'kindly', 'carefully', 'really', 'quickly', 'nicely', 'again', 'therefore'];

export type Edit = (question: string, random: Random) => string | undefined;

/** Each changes one word that does not change what is asked; undefined where it finds none. */
export const wordEdits: Readonly<Record<string, Edit>> = {
  synonym: (question, random) => {
    const fitting = synonyms.filter(([word]) => word.test(maskMaths(question)));
    const [word, other] = fitting[pickPlace(random, Math.max(1, fitting.length))] ?? [];
    return word === undefined || other === undefined
      ? undefined
      : editProse(question, (prose) => prose.replace(word, other));
  },
  name: (question, random) => {
    const found = [...maskMaths(question).matchAll(/(?<=[a-z,] )[A-Z][a-z]{2,}\b/g)].map(([name]) => name);
    const name = found[pickPlace(random, Math.max(1, found.length))];
    if (name === undefined) return undefined;
    const other = names[pickPlace(random, names.length)] ?? '';
    return editProse(question, (prose) => prose.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), other));
  },
  insert: (question, random) =>
    editWord(question, random, /\b[a-z]{2,}\b/g, (word) => `${word} ${fillers[pickPlace(random, fillers.length)]}`),
  delete: (question, random) =>
    editWord(question, random, /\b(?:the|a|an|that|then|also|now|please|there)\b /g, () => ''),
  typo: (question, random) =>
    editWord(question, random, /\b[a-z]{6,}\b/g, (word) => {
      const at = 1 + pickPlace(random, word.length - 2);
      const kind = pickPlace(random, 3);
      if (kind === 0) return word.slice(0, at) + word.slice(at + 1);
      if (kind === 1) return `${word.slice(0, at)}${word[at]}${word.slice(at)}`;
      return `${word.slice(0, at)}${word[at] === 'x' ? 'q' : 'x'}${word.slice(at + 1)}`;
    }),
};

/** Another number for one of a question. */
export const editNumber: Edit = (question, random) => {
  const found = [...question.matchAll(/(?<![\d.,])\d+(?![\d.,]*\d)/g)];
  const one = found[pickPlace(random, Math.max(1, found.length))];
  if (one === undefined) return undefined;
  const other = String(Number(one[0]) + 1 + pickPlace(random, 8));
  return question.slice(0, one.index) + other + question.slice(one.index + one[0].length);
};

const flips: readonly (readonly [RegExp, string])[] = [
  [/\+/, '-'],
  [/(?<=[\dx}] ?)-(?= ?[\d\\x(])/, '+'],
  [/</, '>'],
  [/>/, '<'],
  [/\\leq?\b/, '\\ge'],
  [/\\geq?\b/, '\\le'],
  [/\\sin\b/, '\\cos'],
  [/\\cos\b/, '\\sin'],
  [/\beven\b/, 'odd'],
  [/\bodd\b/, 'even'],
  [/\bpositive\b/, 'negative'],
  [/\bnegative\b/, 'positive'],
  [/\bis\b(?! not)/, 'is not'],
  [/\bcan\b/, 'cannot'],
  [/\bsum\b/, 'product'],
  [/\bproduct\b/, 'sum'],
  [/\bsmallest\b/, 'largest'],
  [/\blargest\b|\bgreatest\b/, 'smallest'],
  [/\bminimum\b/, 'maximum'],
  [/\bmaximum\b/, 'minimum'],
  [/\bmore than\b/, 'less than'],
  [/\bless than\b/, 'more than'],
  [/\bincreas/, 'decreas'],
  [/\barea\b/, 'perimeter'],
  [/\bwith replacement\b/, 'without replacement'],
  [/\brational\b/, 'irrational'],
  [/\bdistinguishable\b/, 'indistinguishable'],
  [/\\cdot\b/, '+'],
  [/=/, '\\ne'],
];

/** All the questions that ask something else than a question by one sign or word. */
export function flipQuestion(question: string): readonly string[] {
  return flips.flatMap(([found, other]) => {
    const flipped = question.replace(found, () => other);
    return flipped === question ? [] : [flipped];
  });
}

const span =
  /\$[^$]*\$|\\\[[\s\S]*?\\\]|\\begin[\s\S]*?\\end\{[^}]*\}|\[asy\][\s\S]*?\[\/asy\]|\\[a-z]+(?:\{[^{}]*\})*/g;

function maskMaths(question: string): string {
  return question.replace(span, (maths) => '~'.repeat(maths.length));
}

function editProse(question: string, edit: (prose: string) => string): string | undefined {
  const spans = question.match(span) ?? [];
  const parts = question.replace(span, '\u0000');
  const edited = edit(parts);
  if (edited === parts) return undefined;
  let next = 0;
  return edited.replaceAll('\u0000', () => spans[next++] ?? '');
}

function editWord(question: string, random: Random, word: RegExp, edit: (word: string) => string): string | undefined {
  return editProse(question, (prose) => {
    const found = [...prose.matchAll(word)];
    const one = found[pickPlace(random, Math.max(1, found.length))];
    if (one === undefined) return prose;
    return prose.slice(0, one.index) + edit(one[0]) + prose.slice(one.index + one[0].length);
  });
}

function pickPlace(random: Random, count: number): number {
  return random.integer({ min: 0, max: Math.max(1, count) - 1 });
}
