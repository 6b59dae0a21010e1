/** Words that say a number or a multiple. "One" is among them, though it is often a pronoun: both texts of a pair then have it. */
export const numberWords: ReadonlySet<string> = new Set(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half twice thrice
  double triple quadruple`.split(/\s+/),
);
