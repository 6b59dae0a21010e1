import { between, drawWhere } from '../draw.ts';
import type { Family } from '../family.ts';
import { formatFraction, formatRational } from '../latex.ts';
import { isEqual, toRational } from '../rational.ts';

const subject = 'Counting & Probability';

const menu: Family = {
  name: 'menu',
  subject,
  level: 1,
  make: (random) => {
    const [soups, mains, desserts] = [between(random, [2, 9]), between(random, [3, 15]), between(random, [2, 9])];
    const reference = String(soups * mains * desserts);
    return {
      problem: `A menu lists $${soups}$ soups, $${mains}$ main dishes and $${desserts}$ desserts. In how many ways can a guest choose one of each?`,
      solution:
        'The three choices do not depend on each other, so the numbers multiply: ' +
        `$${soups} \\cdot ${mains} \\cdot ${desserts} = \\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let count = 0;
        for (let soup = 0; soup < soups; soup++)
          for (let main = 0; main < mains; main++) for (let dessert = 0; dessert < desserts; dessert++) count++;
        return value !== undefined && isEqual(value, count);
      },
    };
  },
};

const twoDice: Family = {
  name: 'two-dice',
  subject,
  level: 2,
  make: (random) => {
    const [a, b] = [between(random, [4, 12]), between(random, [4, 12])];
    const sum = between(random, [3, a + b - 1]);
    const [lowest, highest] = [Math.max(1, sum - b), Math.min(a, sum - 1)];
    const ways = highest - lowest + 1;
    const reference = formatRational(toRational(ways, a * b));
    return {
      problem:
        `A fair die has the numbers $1$ to $${a}$ on its faces, and another has the numbers $1$ to $${b}$. ` +
        `Both are rolled. What is the probability that the sum is $${sum}$? Write your answer as a fraction in lowest terms.`,
      solution:
        `The first die must show at least $${lowest}$ and at most $${highest}$, and the second is then fixed: $${ways}$ ` +
        `of the $${a} \\cdot ${b} = ${a * b}$ equally likely rolls. The probability is $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        let count = 0;
        for (let i = 1; i <= a; i++) for (let j = 1; j <= b; j++) if (i + j === sum) count++;
        return value !== undefined && isEqual(value, toRational(count, a * b));
      },
    };
  },
};

const committee: Family = {
  name: 'committee',
  subject,
  level: 3,
  make: (random) => {
    const [teachers, students] = [between(random, [3, 7]), between(random, [4, 8])];
    const [fromTeachers, fromStudents] = [between(random, [1, teachers - 1]), between(random, [2, students - 1])];
    const ways = [choose(teachers, fromTeachers), choose(students, fromStudents)] as const;
    const reference = String(ways[0] * ways[1]);
    return {
      problem:
        `A school forms a committee from $${teachers}$ teachers and $${students}$ students. ` +
        `In how many ways can it choose $${fromTeachers}$ of the teachers and $${fromStudents}$ of the students?`,
      solution:
        `There are $\\binom{${teachers}}{${fromTeachers}} = ${ways[0]}$ ways to choose the teachers ` +
        `and $\\binom{${students}}{${fromStudents}} = ${ways[1]}$ ways to choose the students, together $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) =>
        value !== undefined &&
        isEqual(value, countSubsets(teachers, fromTeachers) * countSubsets(students, fromStudents)),
    };
  },
};

const sameColour: Family = {
  name: 'same-colour',
  subject,
  level: 4,
  make: (random) => {
    const [red, blue, green] = [between(random, [2, 9]), between(random, [2, 9]), between(random, [2, 9])];
    const total = red + blue + green;
    const favourable = choose(red, 2) + choose(blue, 2) + choose(green, 2);
    const reference = formatRational(toRational(favourable, choose(total, 2)));
    return {
      problem:
        `A bag holds $${red}$ red, $${blue}$ blue and $${green}$ green marbles. Two are drawn at random without putting the first one back. ` +
        'What is the probability that both have the same colour? Write your answer as a fraction in lowest terms.',
      solution:
        `Of the $\\binom{${total}}{2} = ${choose(total, 2)}$ pairs, ` +
        `$${choose(red, 2)} + ${choose(blue, 2)} + ${choose(green, 2)} = ${favourable}$ have one colour. ` +
        `The probability is $${formatFraction(favourable, choose(total, 2))}$, in lowest terms $\\boxed{${reference}}$.`,
      reference,
      isRight: ([value]) => {
        const marbles = [...'r'.repeat(red), ...'b'.repeat(blue), ...'g'.repeat(green)];
        const draws = marbles.flatMap((first, i) =>
          marbles.filter((_, j) => j !== i).map((second) => first === second),
        );
        return value !== undefined && isEqual(value, toRational(draws.filter(Boolean).length, draws.length));
      },
    };
  },
};

const gridPaths: Family = {
  name: 'grid-paths',
  subject,
  level: 5,
  make: (random) => {
    const [width, height] = [between(random, [4, 8]), between(random, [3, 7])];
    const [x, y] = drawWhere(
      () => [between(random, [0, width]), between(random, [0, height])] as const,
      ([column, row]) => column + row > 0 && column + row < width + height,
    );
    const all = choose(width + height, width);
    const through = choose(x + y, x) * choose(width + height - x - y, width - x);
    const reference = String(all - through);
    return {
      problem:
        `A path goes from $(0, 0)$ to $(${width}, ${height})$ in steps of one unit to the right or one unit up. ` +
        `How many such paths do not pass through the point $(${x}, ${y})$?`,
      solution:
        `There are $\\binom{${width + height}}{${width}} = ${all}$ paths in all. Those through $(${x}, ${y})$ number ` +
        `$\\binom{${x + y}}{${x}} \\cdot \\binom{${width + height - x - y}}{${width - x}} = ${through}$, ` +
        `so $${all} - ${through} = \\boxed{${reference}}$ are left.`,
      reference,
      isRight: ([value]) => {
        const walk = (column: number, row: number): number => {
          if (column > width || row > height || (column === x && row === y)) return 0;
          return column === width && row === height ? 1 : walk(column + 1, row) + walk(column, row + 1);
        };
        return value !== undefined && isEqual(value, walk(0, 0));
      },
    };
  },
};

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}

/** Counts the subsets of k of n things one by one, each written as the bits of a number. */
function countSubsets(n: number, k: number): number {
  let count = 0;
  for (let bits = 0; bits < 2 ** n; bits++) if (bits.toString(2).replaceAll('0', '').length === k) count++;
  return count;
}

export const countingAndProbability: readonly Family[] = [menu, twoDice, committee, sameColour, gridPaths];
