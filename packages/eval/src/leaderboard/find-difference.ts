import { excerpt } from '@scalequest/core';

/** Where a text and the one made anew begin to differ: the line, in both. */
export function findDifference(there: string, made: string): string {
  const [old, fresh] = [there.split('\n'), made.split('\n')];
  const line = old.findIndex((text, i) => text !== fresh[i]);
  const at = line === -1 ? old.length : line;
  const show = (text: string | undefined): string => (text === undefined ? 'its end' : `'${excerpt(text.trim())}'`);
  return `Line ${at + 1} would change from ${show(old[at])} to ${show(fresh[at])}.`;
}
