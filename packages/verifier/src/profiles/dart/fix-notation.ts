/** `sqrt(2)` and `\sqrt2` become `\sqrt{2}`. */
export function braceRoots(text: string): string {
  return text
    .replaceAll(/\\?sqrt[({[]([\p{L}\p{N}_]+)[)}\]]/gu, '\\sqrt{$1}')
    .replaceAll(/\\?sqrt\s*(\d+)/g, '\\sqrt{$1}');
}

/** `\frac12` becomes `\frac{1}{2}`; a `\frac` with less behind leaves the text as it is. */
export function braceFractions(text: string): string {
  const [first, ...rest] = text.split('\\frac');
  if (rest.some((part) => !part.startsWith('{') && part.length < 2)) return text;
  const braced = rest.map((part) => {
    if (part.startsWith('{')) return part;
    return part[1] === '{' ? `{${part[0]}}${part.slice(1)}` : `{${part[0]}}{${part[1]}}${part.slice(2)}`;
  });
  return [first, ...braced].join('\\frac');
}

/** `3/4` and `sqrt(2)/2` become fractions. */
export function turnSlashes(text: string): string {
  return text.replaceAll(/(\b\d+|sqrt\([^\n]*?\))\/(\d+|sqrt\([^\n]*?\)\b)/g, '\\frac{$1}{$2}');
}
