import { findUnit } from './units.ts';

/** `\text{gb}` where a factor begins, and not behind a number as a unit does. */
const upright = /(?<=^|[{(+-])\\text\{([A-Za-z])([A-Za-z]?)\}/g;
const capitals = /(?<![A-Za-z\\])([A-Z])([A-Z])(?![A-Za-z])/g;

/**
 * A formula whose products are set like names, with signs of multiplication: `\frac{\mathrm{gb}}{f}`, and `2RC + R + C`,
 * where R and C stand by themselves as well. Null where nothing is to be spelled.
 */
export function spellLetters(text: string): string | null {
  if (!text.includes('\\text{') && !/[A-Z]{2}/.test(text)) return null;
  const letters = text.replaceAll(/\\text\{[^{}]*\}|\\[a-zA-Z]+/g, ' ');
  const alone = new Set(letters.match(/(?<![A-Za-z])[A-Z](?![A-Za-z])/g));
  const products = text.replaceAll(capitals, (whole, a, b) =>
    alone.has(a) && alone.has(b) ? `${a}\\cdot ${b}` : whole,
  );
  const names = [...products.matchAll(upright)].map(([, a, b]) => `${a}${b}`);
  const isFormula =
    /[A-Za-z]/.test(letters) || (names.length > 1 && names.some((name) => findUnit(name) === undefined));
  const spelled = isFormula
    ? products
        .replaceAll(upright, (_, a: string, b: string) => (b === '' ? `${a} ` : `${a}\\cdot ${b} `))
        .replaceAll(/ (?=[_^}])/g, '')
    : products;
  return spelled === text ? null : spelled;
}
