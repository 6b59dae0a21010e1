import type { WordsValue } from '../values.ts';

const empty = '(?:\\\\(?:emptyset|oslash)|\\\\\\{\\\\\\})';

/** What an answer says when there is nothing to give, or no end of it. */
const groups: readonly (readonly [group: NonNullable<WordsValue['group']>, pattern: RegExp])[] = [
  [
    'no-solution',
    new RegExp(
      `^(?:(?:(?:there|it|the equation|the system) )?(?:is|are|has|have|exists?) )?no (?:(?:such|real|possible|valid|solution) ?)*(?:solutions?|roots?|answers?|values?|numbers?|integers?|functions?|[a-z])?(?: exists?)?(?: ?:? ?${empty})?$`,
    ),
  ],
  ['no-solution', new RegExp(`^(?:none|nil|(?:the )?(?:empty|null) set|${empty}|(?:it |this )?has no solutions?)$`)],
  ['undefined', /^(?:(?:it |this )?is )?(?:undefined|not defined)$/],
  [
    'not-existing',
    /^(?:(?:it|this|(?:the )?limit) )?(?:dne|d\.n\.e|(?:does|do)(?: not|n't) exist|is nonexistent|nonexistent)$/,
  ],
  ['infinite', /^(?:there are )?(?:infinitely many|(?:an )?infinite(?: number of| amount of)?)(?: solutions?)?$/],
];

/** "No solution", "undefined", "DNE", "infinitely many". */
export function parseAbsence(plain: string): WordsValue | undefined {
  if (plain.length > 80) return undefined;
  const text = plain.toLowerCase();
  if (text === 'no') return undefined;
  const found = groups.find(([, pattern]) => pattern.test(text));
  return found === undefined ? undefined : { kind: 'words', text, parts: text.split(' '), group: found[0] };
}
