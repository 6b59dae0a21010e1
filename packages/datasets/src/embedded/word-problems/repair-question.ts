// Repairs a question that has no answer: the oracle names the sentence at fault and the reason, and edits of one word or
// one sentence are tried, those that go with the reason first, until the fault is gone. So it goes on to the next fault.
import type { Random } from '@scalequest/core';
import { allNames } from './cast.ts';
import { drawQuestion, isProper, listNames, openStory } from './continue-story.ts';
import { type PlayedStory, playStory, type UnsolvableReason } from './read-word-problem.ts';
import { drawCount } from './sentences.ts';

/** A story with a fault. */
interface FaultyStory {
  readonly sentences: readonly string[];
  /** The position of the sentence at fault. */
  readonly at: number;
  /** How things stand before it. */
  readonly before: PlayedStory;
  readonly random: Random;
}

/** Ways to change a story at its fault, the one to be tried first in front. */
type Edit = (story: FaultyStory) => readonly (readonly string[])[];

const mostTries = 6;

/**
 * The question with as few changes as its faults take, or undefined where no edit mends it.
 *
 * @param sentences of a text that the oracle refuses
 */
export function repairQuestion(sentences: readonly string[], random: Random): string | undefined {
  for (let i = 0; i < mostTries; i++) {
    let story = sentences;
    // Each edit leaves fewer sentences behind the fault, or makes a text readable, so this ends.
    for (let played = playStory(story); played.reading.kind === 'unsolvable'; played = playStory(story)) {
      const edited = mendFault(story, { played, random });
      if (edited === undefined) break;
      story = edited;
    }
    const proper = [story, ...askOtherwise(story, random)].find((one) => isProper(playStory(one)));
    if (proper !== undefined) return proper.join(' ');
  }
  return undefined;
}

function mendFault(
  sentences: readonly string[],
  { played, random }: { readonly played: PlayedStory; readonly random: Random },
): readonly string[] | undefined {
  const { reading, at } = played;
  if (reading.kind === 'solvable') return undefined;
  const story = { sentences, at, before: playStory(sentences.slice(0, at)), random };
  const old = rankFault(sentences, played);
  let solved: readonly string[] | undefined;
  for (const edit of new Set([...editsOf[reading.reason], ...lastEdits])) {
    const edited = edit(story).map((changed) => ({ changed, after: playStory(changed) }));
    const mended =
      edited.find(({ after }) => isProper(after)) ??
      edited.find(({ changed, after }) => after.reading.kind === 'unsolvable' && rankFault(changed, after) < old);
    if (mended !== undefined) return mended.changed;
    solved ??= edited.find(({ after }) => after.reading.kind === 'solvable')?.changed;
  }
  return solved;
}

/** What can be solved and is no proper question, such as one that the story answers outright, may become one by its end. */
function askOtherwise(sentences: readonly string[], random: Random): readonly (readonly string[])[] {
  if (playStory(sentences).reading.kind === 'unsolvable') return [];
  const at = sentences.length - 1;
  return askAnew({ sentences, at, before: playStory(sentences.slice(0, at)), random });
}

/**
 * How much is left to mend: sentences from the fault on, then what can go wrong behind it in the same sentence. A text that
 * cannot be read at all comes before all of that.
 */
function rankFault(sentences: readonly string[], { reading, at }: PlayedStory): number {
  if (reading.kind === 'solvable') return 0;
  if (reading.reason === 'malformed') return 1e6 + sentences.length - at;
  return (sentences.length - at) * 10 + (orderInSentence.length - orderInSentence.indexOf(reading.reason));
}

/** The order in which the oracle looks for faults in one sentence. */
const orderInSentence: readonly UnsolvableReason[] = [
  'object-mismatch',
  'self-gift',
  'self-comparison',
  'name-mismatch',
  'negative',
  'indivisible',
  'introduced-twice',
  'no-question',
];

/** Another person of the story, here and wherever the same one comes up later. */
const changeNameToTheEnd: Edit = (story) => {
  const { sentences, at, random } = story;
  const known = listPeople(story);
  const unknown = listNames(sentences[at] ?? '').filter((name) => !known.includes(name));
  return random
    .shuffle(known)
    .flatMap((by) =>
      unknown.map((name) =>
        sentences.map((sentence, i) => (i < at ? sentence : sentence.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), by))),
      ),
    );
};

/** Another person of the story. */
const changeName: Edit = (story) => renameTo(story, story.random.shuffle(listPeople(story)));

/** Somebody who was not in the story. */
const changeToNewcomer: Edit = (story) => renameTo(story, listNewcomers(story).slice(0, 1));

/** The names that stand later in a sentence are tried first: whom something is given to, and not who gives. */
function renameTo({ sentences, at }: FaultyStory, names: readonly string[]): readonly (readonly string[])[] {
  const sentence = sentences[at] ?? '';
  const named = listNames(sentence);
  return [...named.keys()]
    .reverse()
    .flatMap((place) =>
      names.map((name) => sentences.with(at, replaceWord(sentence, { word: named[place] ?? '', place, by: name }))),
    );
}

/** The last of two names in a sentence may be the first one once more. */
function replaceWord(
  sentence: string,
  { word, place, by }: { readonly word: string; readonly place: number; readonly by: string },
): string {
  let seen = -1;
  return sentence.replaceAll(/\b[A-Z][a-z]+\b/g, (found) => {
    if (['How', 'Half', 'The'].includes(found)) return found;
    seen++;
    return seen === place && found === word ? by : found;
  });
}

/** Whoever has no things yet is brought in before the sentence, whose last name may become that one's. */
const introduce: Edit = ({ sentences, at, before, random }) => {
  const sentence = sentences[at] ?? '';
  const named = listNames(sentence);
  const known = before.people.map(({ name }) => name);
  const thing = before.thing ?? /\b([a-z]+s)\b(?: (?:each|than|as|to|does|do|are|get)\b|[.?])/.exec(sentence)?.[1];
  if (thing === undefined) return [];
  const newcomers = named.filter((name) => !known.includes(name));
  const [other = ''] = random.shuffle(allNames.filter((name) => !known.includes(name)));
  const renamed = replaceWord(sentence, { word: named.at(-1) ?? '', place: named.length - 1, by: other });
  return [...newcomers.map((name) => [name, sentence] as const), [other, renamed] as const].map(([name, then]) =>
    sentences.toSpliced(at, 1, `${name} has ${drawCount(random)} ${thing}.`, then),
  );
};

/** The things of the story. */
const changeThing: Edit = ({ sentences, at, before: { thing } }) => {
  const sentence = sentences[at] ?? '';
  if (thing === undefined) return [];
  const words = [...sentence.matchAll(/\b[a-z]+\b/g)].filter(([word]) => word !== thing);
  return words.flatMap(({ 0: word, index }) =>
    [thing, thing.replace(/s$/, '')].map((by) =>
      sentences.with(at, `${sentence.slice(0, index)}${by}${sentence.slice(index + word.length)}`),
    ),
  );
};

/** Another number. */
const changeCount: Edit = ({ sentences, at, random }) => changeCountAt(sentences, { at, random });

/** Another number further up, where the one that does not come out even was made. */
const changeCountBefore: Edit = ({ sentences, at, random }) =>
  random
    .shuffle([...sentences.keys()].slice(0, at))
    .flatMap((before) => changeCountAt(sentences, { at: before, random }));

/** Small numbers come before large ones, which more often run over what there is or do not come out even. */
function drawCounts(random: Random): number[] {
  const counts = Array.from({ length: 29 }, (_, i) => i + 2);
  return [...random.shuffle(counts.slice(0, 9)), ...random.shuffle(counts.slice(9))];
}

function changeCountAt(
  sentences: readonly string[],
  { at, random }: { readonly at: number; readonly random: Random },
): readonly (readonly string[])[] {
  const sentence = sentences[at] ?? '';
  const drawn = drawCounts(random);
  return [...sentence.matchAll(/\d+/g)].flatMap(({ 0: count, index }) =>
    drawn.map((by) => sentences.with(at, `${sentence.slice(0, index)}${by}${sentence.slice(index + count.length)}`)),
  );
}

/** `How many more does Tom have than Mia?` the other way round. */
const swapNames: Edit = ({ sentences, at }) => {
  const sentence = sentences[at] ?? '';
  const [one, other] = listNames(sentence);
  if (one === undefined || other === undefined) return [];
  const swapped = sentence.replaceAll(/\b[A-Z][a-z]+\b/g, (word) =>
    word === one ? other : word === other ? one : word,
  );
  return [sentences.with(at, swapped)];
};

/** Another question, where the last sentence should be one. */
const askAnew: Edit = ({ sentences, at, before, random }) => {
  const story = openStory(sentences.slice(0, at), { played: before, random });
  if (story === undefined || at < sentences.length - 1) return [];
  const drawn = Array.from({ length: 10 }, () => drawQuestion(story, random));
  return drawn.flatMap((question) => (question === undefined ? [] : [[...sentences.slice(0, at), question]]));
};

/** What stands behind a question is none of it. */
const endHere: Edit = ({ sentences, at }) => (sentences[at]?.endsWith('?') ? [sentences.slice(0, at + 1)] : []);

const leaveOut: Edit = ({ sentences, at }) => [sentences.toSpliced(at, 1)];

const editsOf: Readonly<Record<UnsolvableReason, readonly Edit[]>> = {
  malformed: [endHere, changeCount, changeThing, askAnew, leaveOut],
  'no-question': [askAnew],
  'name-mismatch': [changeNameToTheEnd, changeName, introduce],
  'introduced-twice': [changeToNewcomer],
  'object-mismatch': [changeThing],
  negative: [changeCount, swapNames, changeCountBefore],
  indivisible: [changeCount, changeCountBefore],
  'self-gift': [changeName, introduce],
  'self-comparison': [changeName, introduce],
};

/** For every reason, where its own edits do not help. */
const lastEdits: readonly Edit[] = [changeName, changeCount, askAnew, changeCountBefore, leaveOut];

function listPeople({ before }: FaultyStory): string[] {
  return before.people.map(({ name }) => name);
}

function listNewcomers(story: FaultyStory): string[] {
  const known = listPeople(story);
  return story.random.shuffle(allNames.filter((name) => !known.includes(name)));
}
