/** The chance that McNemar's exact test calls a difference significant (two-sided, 5 %), for any true difference. */
export type McNemarPower = (gap: number) => number;

/** Numbers of changes that are less likely than this do not matter. */
const negligible = 1e-12;

/**
 * The power of McNemar's exact test, summed over all numbers of changed problems: so many change by a binomial
 * distribution, and of these so many in one direction by another.
 *
 * @param discordance - true share of problems that only one of the runs has correct; the gap is at most this
 */
export function computeMcNemarPower({
  problems,
  discordance,
}: {
  readonly problems: number;
  readonly discordance: number;
}): McNemarPower {
  const logFactorials = listLogFactorials(problems);
  const cases: { readonly changes: number; readonly chance: number; readonly most: number }[] = [];
  // The most changes in the rarer direction that are still significant; it never falls as the changes grow.
  let most = -1;
  for (let changes = 0; changes <= problems; changes++) {
    const chance = getBinomial(logFactorials, { count: changes, size: problems, chance: discordance });
    if (chance < negligible) continue;
    while (2 * sumUpTo(logFactorials, { count: most + 1, size: changes, chance: 1 / 2 }) < 0.05) most++;
    if (most >= 0) cases.push({ changes, chance, most });
  }
  return (gap) => {
    const share = Math.min(1, (1 + gap / discordance) / 2);
    let power = 0;
    for (const { changes, chance, most: count } of cases) {
      const seen = (side: number): number => sumUpTo(logFactorials, { count, size: changes, chance: side });
      power += chance * (seen(share) + seen(1 - share));
    }
    return power;
  };
}

interface Binomial {
  readonly count: number;
  readonly size: number;
  readonly chance: number;
}

function listLogFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) logs[i] = (logs[i - 1] as number) + Math.log(i);
  return logs;
}

function getBinomial(logFactorials: Float64Array, { count, size, chance }: Binomial): number {
  if (chance <= 0 || chance >= 1) return Number(count === (chance <= 0 ? 0 : size));
  const [all, one, other] = [size, count, size - count].map((i) => logFactorials[i] as number) as [
    number,
    number,
    number,
  ];
  return Math.exp(all - one - other + count * Math.log(chance) + (size - count) * Math.log1p(-chance));
}

/**
 * The chance of at most so many, from the terms of the nearer tail: they fall from the first on, so that none vanishes
 * before one that counts.
 */
function sumUpTo(logFactorials: Float64Array, { count, size, chance }: Binomial): number {
  if (count >= size) return 1;
  if (chance <= 0 || chance >= 1) return Number(chance <= 0);
  // The upper tail is the lower one of the other outcome.
  if (count > size * chance) return 1 - sumUpTo(logFactorials, { count: size - count - 1, size, chance: 1 - chance });
  const odds = chance / (1 - chance);
  let sum = 0;
  let term = getBinomial(logFactorials, { count, size, chance });
  for (let i = count; i >= 0 && term > 1e-16 * sum; i--) {
    sum += term;
    term *= i / (size - i + 1) / odds;
  }
  return sum;
}
