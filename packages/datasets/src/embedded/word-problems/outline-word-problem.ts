import { allNames, allThings, gainVerbs, loseVerbs } from './cast.ts';

const words = /[A-Za-z]+/g;

/**
 * A word problem without what does not decide it: who it is about, what is counted and which of the verbs that mean the same is used.
 * Two texts with one outline are one problem in other words. Of a text that is no word problem nothing is said.
 *
 * @example
 * outlineWordProblem('Tom has 3 apples. Tom finds 1 more apple. How many apples does Tom have now?');
 * // 'A has 3 things. A finds 1 more things. How many things does A have now?'
 */
export function outlineWordProblem(text: string): string {
  const people = new Map<string, string>();
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(words, (word) => {
      if (allNames.includes(word)) {
        const letter = people.get(word) ?? String.fromCharCode(65 + people.size);
        people.set(word, letter);
        return letter;
      }
      if (allThings.includes(word) || allThings.includes(`${word}s`)) return 'things';
      if (isOf(gainVerbs, word)) return gainVerbs[0];
      if (isOf(loseVerbs, word)) return loseVerbs[0];
      return word;
    })
    .replace(
      /\b([A-Z]) and ([A-Z]) have together/,
      (_, one, other) => `${[one, other].sort().join(' and ')} have together`,
    );
}

function isOf(list: readonly string[], word: string): boolean {
  return list.includes(word);
}
