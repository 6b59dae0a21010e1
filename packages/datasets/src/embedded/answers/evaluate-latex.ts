/**
 * The value of an expression in this grammar's LaTeX, in floating point: numbers, `+ - \cdot /`, powers, `\frac`,
 * `\sqrt`, `\pi`, parentheses, one-letter variables, and products without a sign (`3x\sqrt{2}`). Undefined where the
 * text is anything else or the value is not finite.
 *
 * @example
 * evaluateLatex('\\frac{2\\sqrt{3}}{5}x^2', { x: 2 }); // 2.771...
 */
export function evaluateLatex(text: string, variables: Readonly<Record<string, number>> = {}): number | undefined {
  const tokens = text.match(/\\[a-z]+|\d+(?:\.\d+)?|[a-z]|\S/gi) ?? [];
  let position = 0;
  const fail = (): never => {
    throw new Unreadable(`'${text}' cannot be read.`);
  };
  const take = (token: string): boolean => {
    if (tokens[position] !== token) return false;
    position++;
    return true;
  };
  const expect = (token: string): void => {
    if (!take(token)) fail();
  };

  const readSum = (): number => {
    let value = take('-') ? -readProduct() : readProduct();
    for (;;) {
      if (take('+')) value += readProduct();
      else if (take('-')) value -= readProduct();
      else return value;
    }
  };
  const readProduct = (): number => {
    let value = readPower();
    for (;;) {
      if (take('\\cdot')) value *= readPower();
      else if (take('/')) value /= readPower();
      else if (startsFactor(tokens[position])) value *= readPower();
      else return value;
    }
  };
  const readPower = (): number => {
    const base = readFactor();
    return take('^') ? base ** readExponent() : base;
  };
  const readExponent = (): number => {
    if (tokens[position] === '{') return readGroup();
    return readFactor();
  };
  const readGroup = (): number => {
    expect('{');
    const value = readSum();
    expect('}');
    return value;
  };
  const readFactor = (): number => {
    const token = tokens[position] ?? fail();
    position++;
    if (/^\d/.test(token)) return Number(token);
    if (token === '\\pi') return Math.PI;
    if (token === '\\sqrt') return Math.sqrt(readGroup());
    if (token === '\\frac') return readGroup() / readGroup();
    if (token === '(') {
      const value = readSum();
      expect(')');
      return value;
    }
    return variables[token] ?? fail();
  };

  try {
    const value = readSum();
    return position === tokens.length && Number.isFinite(value) ? value : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

function startsFactor(token: string | undefined): boolean {
  return token !== undefined && /^(\d.*|[a-z]|\(|\\(pi|sqrt|frac))$/i.test(token);
}

/** Whether two floats are the same up to rounding. */
export function isClose(a: number | undefined, b: number): boolean {
  return a !== undefined && Number.isFinite(a) && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}
