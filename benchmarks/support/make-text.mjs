import { sha256Hex } from '@scalequest/core';

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Words that are as often as in a language: the first much more than the last. */
const words = Array.from({ length: 4096 }, (_, place) => {
  const hash = Buffer.from(sha256Hex(`word ${place}`), 'hex');
  return Array.from({ length: 2 + (hash[0] % 9) }, (_unused, at) => letters[hash[at + 1] % 26]).join('');
});

/**
 * Makes text that packs about as well as that of a model, the same for the same seed.
 *
 * @returns a function from a length to a text of about so many letters, with a number now and then
 */
export function createTextMaker(seed) {
  let state = 0;
  for (let at = 0; at < seed.length; at++) state = (Math.imul(state, 31) + seed.charCodeAt(at)) | 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  return (length) => {
    let text = '';
    while (text.length < length) {
      const pick = next();
      text += pick < 0.08 ? `${Math.floor(pick * 12_500)} ` : `${words[Math.floor(next() ** 3 * words.length)]} `;
    }
    return text;
  };
}
