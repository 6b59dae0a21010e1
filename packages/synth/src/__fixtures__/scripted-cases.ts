/** Where a question ends: chosen with the response at a place, or dropped by a stage for a reason. */
export type CaseEnd = { readonly position: number } | { readonly stage: string; readonly drop: string };

/** What a model says. */
export interface ScriptedReply {
  readonly text: string;
  readonly finishReason?: 'stop' | 'length';
}

/** What every model does with one kind of question, and where that must end. */
export interface ScriptedCase {
  /** How its generator ends it. @defaultValue a whole question */
  readonly asked?: 'cut' | 'empty';
  readonly judged: ScriptedReply;
  /** Five, of a sum. `refused` is a request that the server does not take. */
  readonly answered: 'refused' | ((sum: number) => readonly ScriptedReply[]);
  /** Of the five. */
  readonly rewards?: readonly number[];
  readonly ends: { readonly faithful: CaseEnd; readonly fixed: CaseEnd };
}

const yes: ScriptedReply = { text: 'Two numbers are given and their sum is asked for.\n\nVerdict: Yes' };

const write = (answer: number | string, step?: string): ScriptedReply => ({
  text: `We add the marbles. ${step ?? ''} So there are $\\boxed{${answer}}$ of them.`,
});

const five = (reply: ScriptedReply): readonly ScriptedReply[] => Array.from({ length: 5 }, () => reply);

const drop = (stage: string, reason: string): CaseEnd => ({ stage, drop: reason });

/** By its name, which stands in the question. */
export const scriptedCases = {
  // The highest reward is with one of the four right answers.
  sound: {
    judged: yes,
    answered: (sum) => [write(sum), write(`${sum}.0`), write(sum + 1), write(sum), write(sum)],
    rewards: [1, 2, 3, 5, 4],
    ends: { faithful: { position: 3 }, fixed: { position: 3 } },
  },
  // The reward model likes a lone wrong answer best, and of the largest class the second.
  misled: {
    judged: yes,
    answered: (sum) => [write(sum), write(sum), write(sum + 1), write(sum), write(sum + 2)],
    rewards: [1, 3, 2, 2, 9],
    ends: { faithful: { position: 4 }, fixed: { position: 1 } },
  },
  // All rewards are the same: the first one.
  even: {
    judged: yes,
    answered: (sum) => five(write(sum, `${sum} + 0 = ${sum}.`)),
    rewards: [2, 2, 2, 2, 2],
    ends: { faithful: { position: 0 }, fixed: { position: 0 } },
  },
  // Not in English, and without a character beyond ASCII; and the other way round.
  foreign: {
    judged: yes,
    answered: (sum) => five(write(sum)),
    rewards: [1, 2, 3, 4, 5],
    ends: { faithful: { position: 4 }, fixed: drop('language', 'not-english') },
  },
  accented: {
    judged: yes,
    answered: (sum) => five(write(sum)),
    rewards: [5, 4, 3, 2, 1],
    ends: { faithful: drop('language', 'not-english'), fixed: { position: 0 } },
  },
  'cut-question': {
    asked: 'cut',
    judged: { text: 'The text breaks off.\n\nVerdict: No' },
    answered: 'refused',
    ends: { faithful: drop('solvability', 'unsolvable'), fixed: drop('generate', 'truncated') },
  },
  'empty-question': {
    asked: 'empty',
    judged: yes,
    answered: 'refused',
    ends: { faithful: drop('generate', 'empty'), fixed: drop('generate', 'empty') },
  },
  // The published code reads "yes" in what the judge says first.
  unsolvable: {
    judged: { text: 'Yes, it is mathematics. But a number is missing.\n\n**Verdict: No**' },
    answered: (sum) => five(write(sum)),
    rewards: [5, 4, 3, 2, 1],
    ends: { faithful: { position: 0 }, fixed: drop('solvability', 'unsolvable') },
  },
  undecided: {
    judged: { text: 'It may be that this can be solved. I would have to think about it for longer.' },
    answered: (sum) => five(write(sum)),
    ends: { faithful: drop('solvability', 'unsolvable'), fixed: drop('solvability', 'no-verdict') },
  },
  'endless-judge': {
    judged: { text: 'First, is it mathematics? Yes. Then I add one, and one more, and', finishReason: 'length' },
    answered: (sum) => five(write(sum)),
    rewards: [1, 2, 3, 4, 5],
    ends: { faithful: { position: 4 }, fixed: drop('solvability', 'truncated') },
  },
  'no-request': {
    judged: yes,
    answered: 'refused',
    ends: { faithful: drop('respond', 'request-failed'), fixed: drop('respond', 'request-failed') },
  },
  silent: {
    judged: yes,
    answered: () => five({ text: '' }),
    ends: { faithful: drop('respond', 'empty'), fixed: drop('respond', 'empty') },
  },
  // What is no answer says nothing of boxes to the parser; "boxed" is enough for the published code.
  unmarked: {
    judged: yes,
    answered: () => [
      { text: 'There are some marbles.' },
      { text: 'I put the result in a boxed part.' },
      { text: '' },
      { text: 'Many of them.' },
      { text: 'Few of them.' },
    ],
    rewards: [5, 1, 4, 3, 2],
    ends: { faithful: { position: 1 }, fixed: drop('select', 'no-answer') },
  },
  'cut-answers': {
    judged: yes,
    answered: (sum) => five({ text: `It is \\boxed{${sum}}, because`, finishReason: 'length' }),
    rewards: [1, 2, 5, 4, 3],
    ends: { faithful: { position: 2 }, fixed: drop('select', 'incomplete') },
  },
  'wrong-steps': {
    judged: yes,
    answered: (sum) => five(write(sum, `${sum} + 1 = ${sum + 3}.`)),
    rewards: [1, 2, 3, 5, 4],
    ends: { faithful: { position: 3 }, fixed: drop('select', 'wrong-equation') },
  },
  scattered: {
    judged: yes,
    answered: (sum) => [1, 2, 3, 4, 5].map((more) => write(sum + more)),
    rewards: [5, 1, 1, 1, 1],
    ends: { faithful: { position: 0 }, fixed: drop('select', 'no-majority') },
  },
  // The reward model's server takes none of its responses.
  unscored: {
    judged: yes,
    answered: (sum) => five(write(sum)),
    ends: { faithful: drop('reward', 'no-reward'), fixed: drop('reward', 'no-reward') },
  },
} as const satisfies Readonly<Record<string, ScriptedCase>>;

export type CaseName = keyof typeof scriptedCases;

export const caseNames = Object.keys(scriptedCases) as readonly CaseName[];
