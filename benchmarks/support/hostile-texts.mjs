/** Shapes that cost engines much, in random sizes up to the limit on length. */
const shapes = [
  (n) => `${'9^{'.repeat(n % 900)}9${'}'.repeat(n % 900)}`,
  (n) => `${n}!`,
  (n, m) => `\\binom{${n * 1000}}{${m}}`,
  (n) => `${'\\sqrt{2+'.repeat(n % 400)}x${'}'.repeat(n % 400)}`,
  (n) => `${'\\frac{1}{1+'.repeat(n % 300)}x${'}'.repeat(n % 300)}`,
  (n, m) => `(${'x+'.repeat(n % 900)}1)^{${m}}`,
  (n, m) => `(x+y+z+${m})^{${n}}`,
  (n, m) => `\\sin(${n}^{${m}})+\\cos(10^{${m % 400}})`,
  (n) => `${'\\pm '.repeat(n % 700)}1`,
  (n) => Array.from({ length: n % 500 }, (_, i) => `x=${i}`).join(' or '),
  (n, m) => Array.from({ length: n % 300 }, (_, i) => `\\pm\\sqrt{${i + m}}`).join(','),
  (n) => `\\{${Array.from({ length: n % 400 }, (_, i) => `\\frac{${i}}{${i + 1}}`).join(',')}\\}`,
  (n, m) => `\\sum_{k=1}^{${10 ** (n % 10)}} k^{${m % 50}}`,
  (n, m) => `\\prod_{k=1}^{${10 ** (n % 10)}} (k+${m})`,
  (n) => `\\int_0^{${n}} e^{-x^2} dx`,
  (n) => `\\lim_{x\\to ${n}} \\frac{\\sin x}{x}`,
  (n, m) => `\\begin{pmatrix}${matrix(n % 30, m % 30)}\\end{pmatrix}`,
  (n) => `${'\\{'.repeat(n % 500)}1${'\\}'.repeat(n % 500)}`,
  (n) => `${'('.repeat(n % 1500)}1,2${')'.repeat(n % 1500)}`,
  (n) => `${'|'.repeat(n % 2000)}x${'|'.repeat(n % 2000)}`,
  (n) => `${'-'.repeat(n % 3000)}1`,
  (n) => '0.'.concat('3'.repeat(n % 3900)),
  (n) => '7'.repeat(n % 3900),
  (n, m) => `10^{${n}}+\\sqrt{${m}}-10^{${n}}`,
  (n, m) => `\\sqrt{10^{${n % 300}}+1}-10^{${(n % 300) >> 1}}+\\ln ${m}`,
  (n) => Array.from({ length: n % 200 }, (_, i) => `(${i},${i + 1})`).join('\\cup '),
  (n) => Array.from({ length: n % 100 }, (_, i) => `x^{${i}}\\sin(${i}x)`).join('+'),
  (n) => Array.from({ length: n % 100 }, (_, i) => `x_{${i}}`).join('+'),
  (n) => Array.from({ length: n % 60 }, (_, i) => `\\sqrt{${i + 2}}`).join('+'),
  (n) => `a${'<b'.repeat(n % 1000)}`,
  (n) => `${'x='.repeat(n % 1000)}1`,
  (n) => `1${':2'.repeat(n % 1000)}`,
  (n) => `1${',234'.repeat(n % 900)}`,
  (n) => `${'1 '.repeat(n % 1900)}`,
  (n) => `${'\\text{and }'.repeat(n % 350)}5`,
  (n, m) => `\\log_{${n}}(\\log_{${m}}(\\log_2(x+${n})))`,
  (n) => `${'\ud800'.repeat(n % 50)}\0${n}`,
  (n, m) => `x^{${n}}+x^{${m}}y^{${n % 1000}}-1`,
  (n, m) => `${n}^{${m}}-${n}^{${m - 1}}\\cdot ${n}`,
  (n) => `5 ${'ft '.repeat(n % 1300)}`,
  (n) => `5 m${'/s'.repeat(n % 1900)}`,
  (n, m) => Array.from({ length: n % 150 }, (_, i) => `${i + m} \\frac{${i + 1}}{${i + 7}}`).join(', '),
  (n) => Array.from({ length: n % 300 }, (_, i) => `x>${i}`).join(' and '),
  (n) =>
    Array.from({ length: n % 200 }, (_, i) => `(x-${i})`)
      .join('')
      .concat('>0'),
  (n) => Array.from({ length: n % 90 }, (_, i) => `\\frac{\\pi}{${i + 1}}+2k\\pi`).join(','),
  (n) => `(x+1)^{`.repeat(n % 400).concat('2', '}'.repeat(n % 400)),
  (n) => `\\begin{cases}${Array.from({ length: n % 90 }, (_, i) => `x+${i}&${i}<x<${i + 1}`).join('\\\\')}\\end{cases}`,
  (n) => `${'two hundred '.repeat(n % 300)}`,
  (n) => `\\text{${'the red ball and '.repeat(n % 200)}}`,
  (n) => Array.from({ length: n % 200 }, (_, i) => `\\sqrt{${i}}`).join('<'),
  (n, m) => `0.\\overline{${'142857'.repeat(n % 600)}${m}}`,
];

function matrix(rows, columns) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => `${i}x^{${j}}`).join('&'),
  ).join('\\\\');
}

export function makeHostileText(draw) {
  const size = () => Math.floor(10 ** (draw() * 4.5)) + 1;
  return shapes[Math.floor(draw() * shapes.length)](size(), size()).slice(0, 3990);
}
