// A model server that answers at once with a text of so many English phrases with their numbers, drawn by the seed of the sample.
const subjects = [
  'a shop',
  'the teacher',
  'each of the children',
  'a farmer',
  'the baker',
  'one of the trains',
  'her brother',
];
const verbs = ['has', 'sells', 'needs', 'finds', 'counts', 'divides', 'gives away'];
const objects = [
  'some apples',
  'the red marbles',
  'more than half of the pages',
  'two boxes of pencils',
  'all of the coins',
];
const places = [
  'on Monday',
  'in the morning',
  'before lunch',
  'at the market',
  'for the whole school',
  'with a friend',
];
const phrases = subjects.flatMap((subject) =>
  verbs.flatMap((verb) => objects.flatMap((object) => places.map((place) => `${subject} ${verb} ${object} ${place}`))),
);

/** A multiplicative congruence is enough for phrases, and costs the server next to nothing. */
function draw(seed, count) {
  let state = (Math.floor(seed / 1024) + (seed % 1024) * 7919 + 1) % 2147483647 || 1;
  let text = '';
  for (let i = 0; i < count; i++) {
    state = (state * 48271) % 2147483647;
    text += `${i === 0 ? '' : ', '}${phrases[state % phrases.length]} at ${state % 9973}`;
  }
  return text;
}

export default ({ count }) => ({
  ...{ models: ['m'], remembersTexts: false },
  reply: ({ seed = 0, choice }) => draw(seed + choice, count),
});
