/** Ways in which two people write one thing, from random whole numbers. */
const forms = [
  (a, b, c, d) => [`(${a}x+${b})(${c}x-${d})`, `${a * c}x^2+${b * c - a * d}x-${b * d}`.replace('+-', '-')],
  (a, b) => [`\\frac{1}{\\sqrt{${a + b}}-\\sqrt{${a}}}`, `\\frac{\\sqrt{${a + b}}+\\sqrt{${a}}}{${b}}`],
  (a, b) => [`\\frac{x^2-${a * a}}{x-${a}}+${b}`, `x+${a + b}`],
  (a, b) => [`(x+${a})^3-(x-${b})^2`, expandCube(a, b)],
  (a, b) => [`${a}^{${b + 1}}\\cdot ${a}^n`, `${a}^{n+${b + 1}}`],
  (a, b) => [`\\sqrt{${a * a * b}}+x\\sqrt{${b}}`, `(x+${a})\\sqrt{${b}}`],
  (a, b, c) => [`\\frac{${a}}{x+${b}}+\\frac{${c}}{x}`, `\\frac{${a + c}x+${b * c}}{x(x+${b})}`],
  (a, b) => [`\\log_{${a + 1}} ${(a + 1) ** 3} + \\ln ${b * b}`, `3+2\\ln ${b}`],
  (a, b) => [`\\binom{${a + 9}}{3}x-${b}!`, `${((a + 9) * (a + 8) * (a + 7)) / 6}x-${b}\\cdot ${b - 1}!`],
  (a, b) => [`(${a}+${b}i)^2`, `${a * a - b * b}+${2 * a * b}i`],
];

/** Ways that the fingerprint leaves to the arithmetic of balls. */
const costlyForms = [
  (a, b) => [`\\sqrt{${a + b}+2\\sqrt{${a * b}}}`, `\\sqrt{${a}}+\\sqrt{${b}}`],
  (a) => [`2\\sin ${a}\\cos ${a}`, `\\sin ${2 * a}`],
  (a, b) => [`\\cos^2(${a}x)-\\sin^2(${a}x)+${b}`, `\\cos(${2 * a}x)+${b}`],
  (a, b) => [`\\arctan\\frac{1}{${a}}+\\arctan\\frac{1}{${b}}`, `\\arctan\\frac{${a + b}}{${a * b - 1}}`],
  (a, b) => [`\\tan^2 x+${a}+${b}\\sin x`, `\\sec^2 x+${a - 1}+${b}\\sin x`],
  (a) => [`\\sqrt[3]{${a * a * a}+${3 * a}x^2+${3 * a * a}x+x^3}`, `x+${a}`],
];

function expandCube(a, b) {
  const terms = [3 * a - 1, 3 * a * a + 2 * b, a ** 3 - b * b];
  const print = (value, power) => `${value < 0 ? '-' : '+'}${Math.abs(value)}${power}`;
  return `x^3${print(terms[0], 'x^2')}${print(terms[1], 'x')}${print(terms[2], '')}`;
}

/** Pairs that are equal and not as they are written. One in five needs balls; all do where `isCostly`. */
export function makeHardPairs(count, draw, { isCostly = false } = {}) {
  const number = () => 2 + Math.floor(draw() * 14);
  return Array.from({ length: count }, () => {
    const from = isCostly || draw() < 0.2 ? costlyForms : forms;
    const form = from[Math.floor(draw() * from.length)];
    const [reference, candidate] = form(number(), number(), number(), number());
    return { reference, candidate };
  });
}
