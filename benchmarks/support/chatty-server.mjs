// A model server that answers at once with a text of so many words, drawn by the seed of the sample.
import { createRandom } from '@scalequest/core';

const words = Array.from({ length: 2000 }, (_, i) => {
  const random = createRandom(`word ${i}`);
  const letters = Array.from({ length: random.integer({ min: 2, max: 9 }) }, () => 97 + Math.floor(random.next() * 26));
  return String.fromCharCode(...letters);
});

/** A multiplicative congruence is enough for words, and costs the server next to nothing. */
function draw(seed, count) {
  let state = (seed / 1024 + (seed % 1024) * 7919 + 1) % 2147483647 || 1;
  let text = '';
  for (let i = 0; i < count; i++) {
    state = (state * 48271) % 2147483647;
    text += i === 0 ? words[state % 2000] : ` ${words[state % 2000]}`;
  }
  return text;
}

export default ({ count }) => ({ models: ['m'], reply: ({ seed = 0 }) => draw(seed, count) });
