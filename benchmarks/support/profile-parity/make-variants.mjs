import { createDraw } from '../random.mjs';

/** Changes of an answer: some mean the same, some do not, and some are what only a grader's own rules can tell. */
const changes = [
  (text, draw) => text.replace(/\d/, (digit) => String((Number(digit) + 1 + Math.floor(draw() * 8)) % 10)),
  (text) => text.replace(/\\d?frac\{(\w+)\}\{(\w+)\}/, '$1/$2'),
  (text) => text.replace(/\\frac/, '\\dfrac'),
  (text) => text.replace(/\\frac\{(\d)\}\{(\d)\}/, '\\frac$1$2'),
  (text) => (text.startsWith('-') ? text.slice(1) : `-${text}`),
  (text) => `$${text}$`,
  (text) => `${text}.`,
  (text) => `${text}\\%`,
  (text) => `\\$${text}`,
  (text) => `x = ${text}`,
  (text) => `${text} \\text{ cm}`,
  (text) => `${text} units`,
  (text) => `\\text{${text}}`,
  (text) => text.replaceAll(' ', ''),
  (text) => text.replaceAll(/([-+=,])/g, ' $1 '),
  (text) => text.replaceAll(/\\(?:left|right)/g, ''),
  (text) => text.replace('(', '\\left(').replace(/\)(?!.*\))/, '\\right)'),
  (text) => text.replace(/\\sqrt\{(\w)\}/, '\\sqrt$1'),
  (text) => text.replace(/\\sqrt\{(\w+)\}/, 'sqrt($1)'),
  (text) => (/^-?\d+$/.test(text) ? `${text}.0` : text),
  (text) => (/^-?\d+$/.test(text) ? `${text}00` : `2${text}`),
  (text) => text.replace(/(\d)(\d{3})(?!\d)/, '$1,$2'),
  (text) => text.replace(/(\d),(\d)/, '$1$2'),
  (text) => text.replace(/\^\{?(\d)\}?/, '^{$1}'),
  (text) => text.replace(/([a-z])\^/, '$1^{1}^'),
  (text) =>
    text.split(/\s*([-+])\s*/).length === 3
      ? text
          .split(/\s*\+\s*/)
          .toReversed()
          .join(' + ')
      : `(${text})`,
  (text) => text.split(/,\s*/).toReversed().join(', '),
  (text) => `${text}, ${text}`,
  (text) => text.toUpperCase(),
  (text, draw) => text.slice(0, Math.floor(draw() * text.length)),
  (text, draw) => {
    const at = Math.floor(draw() * text.length);
    return text.slice(0, at) + text.slice(at + 1);
  },
  (text) => text.replace('\\pi', 'pi'),
  (text) => text.replaceAll('\\pi', '3.14159265358979'),
  (text) =>
    /^-?\d+\/\d+$/.test(text) ? String(Number(text.split('/')[0]) / Number(text.split('/')[1])) : `${text}^\\circ`,
  (text) => text.replace(/\\(?:d|t)?frac\{(\d+)\}\{(\d+)\}/, (_, top, bottom) => String(Number(top) / Number(bottom))),
];

/** So many changed references, each with its reference, the same ones for the same pairs. */
export function makeVariants(pairs, count) {
  const draw = createDraw('profile-parity');
  // Mathematics beside whole numbers, half and half: nine of ten references are whole numbers.
  const unique = [...new Map(pairs.map((pair) => [`${pair.set} ${pair.reference}`, pair])).values()];
  const halves = [unique.filter(isWhole), unique.filter((pair) => !isWhole(pair))];
  const seen = new Set();
  const variants = [];
  for (let i = 0; variants.length < count && i < 50 * count; i++) {
    const half = halves[i % 2];
    const pair = half[Math.floor(draw() * half.length)];
    const change = Math.floor(draw() * changes.length);
    const candidate = changes[change](pair.reference, draw);
    const key = `${pair.reference}\n${candidate}`;
    if (candidate === pair.reference || seen.has(key)) continue;
    seen.add(key);
    variants.push({ ...pair, id: `variant:${variants.length}:${change}`, set: 'variants', candidate });
  }
  return variants;
}

function isWhole({ reference }) {
  return /^-?\d+$/.test(reference);
}
