import { type ChoiceValue, printValue, type Value } from '../parse/values.ts';
import type { Comparison, FormComparer } from './comparison.ts';
import { apart, type Relation, same, unknown } from './relation.ts';

const textPolicy = ['choice-text'] as const;

/** Letters of a multiple choice, against letters and against the text of a choice. */
export const compareChoices: FormComparer = (a, b, comparison) => {
  if (a.kind !== 'choice') return undefined;
  const letters = readLetters(b);
  if (letters !== undefined) return compareLetters(a, letters, b, comparison);
  if (a.content === null) return unknown;
  const relation = comparison.compare(a.content, b);
  return relation.kind === 'same' ? { ...relation, policies: [...relation.policies, ...textPolicy] } : relation;
};

/** The letters of a choice, or of something else that may only be letters. */
function readLetters(value: Value): readonly string[] | undefined {
  if (value.kind === 'choice') return value.letters;
  if (value.kind === 'expression') {
    const { expression } = value;
    const name = expression.kind === 'symbol' ? expression.name : '';
    return /^[A-Ja-j]$/.test(name) ? [name.toUpperCase()] : undefined;
  }
  if (value.kind === 'list') {
    // One of two choices is no choice of both.
    const all = value.word === 'or' ? [undefined] : value.items.map(readLetters);
    return all.every((letters) => letters?.length === 1) ? all.flatMap((letters) => letters ?? []) : undefined;
  }
  if (value.kind !== 'words' || value.group !== 'figure' || value.parts[0] !== '') return undefined;
  return value.parts.slice(1).filter((part) => typeof part === 'string');
}

function compareLetters(a: ChoiceValue, letters: readonly string[], b: Value, comparison: Comparison): Relation {
  const other = b.kind === 'choice' ? b.content : null;
  const relation = relateLetters(a.letters, letters);
  if (relation.kind !== 'same') return relation;
  // Small letters in a list are variables more often.
  if (b.kind === 'list' && /[a-j]/.test(printValue(b))) return unknown;
  if (b.kind === 'words') return { ...same, policies: textPolicy };
  if (a.content === null && other === null) return same;
  const text = a.content ?? other;
  if (a.content === null || other === null) return mayDeny(text) ? unknown : { ...same, policies: textPolicy };
  // The same letter with two texts that may differ is no agreement.
  return comparison.compare(a.content, other);
}

/** `(D) is wrong` and `(B) (C)`: what stands behind a letter may take it back, or name others. */
function mayDeny(content: Value | null): boolean {
  const text = content === null ? '' : printValue(content);
  const isDenial = /^(?:is )?(?:no|not|wrong|incorrect|false)(?: true| correct| right| it)?$/i.test(text);
  return isDenial || /(?:^|[^A-Za-z\\])[A-J](?![A-Za-z])/.test(text);
}

/** Letters of one alphabet are the same or not; those of two may stand for the same place. */
function relateLetters(a: readonly string[], b: readonly string[]): Relation {
  if (a.join() === b.join()) return same;
  const alphabets = new Set([...a, ...b].map((letter) => (letter.charCodeAt(0) / 256) | 0));
  if (alphabets.size > 1) return unknown;
  return a.length === b.length && a.every((letter) => b.includes(letter)) ? unknown : apart;
}
