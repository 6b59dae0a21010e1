/**
 * An answer as the task hendrycks_math compares it: without spaces, `\left`, degrees, percent signs and what follows
 * `\text{ `, with `\frac12` written out. Undefined where the original raises: `\frac` or `\sqrt` at the end, two
 * `\text{ `, a slash between what is not two whole numbers.
 */
export function stripString(text: string): string | undefined {
  let stripped = text.replaceAll('\n', '').replaceAll('\\!', '').replaceAll('\\\\', '\\');
  stripped = stripped.replaceAll('tfrac', 'frac').replaceAll('dfrac', 'frac');
  for (const dress of ['\\left', '\\right', '^{\\circ}', '^\\circ', '\\$']) stripped = stripped.replaceAll(dress, '');
  const beforeUnit = stripped.split('\\text{ ');
  if (beforeUnit.length > 2) return undefined;
  stripped = (beforeUnit[0] as string).replaceAll('\\%', '').replaceAll(' .', ' 0.').replaceAll('{.', '{0.');
  if (stripped === '') return '';
  if (stripped.startsWith('.')) stripped = `0${stripped}`;
  const sides = stripped.split('=');
  if (sides.length === 2 && (sides[0] as string).length <= 2) stripped = sides[1] as string;
  const rooted = braceRoots(stripped);
  if (rooted === undefined) return undefined;
  const fractions = braceFractions(rooted.replaceAll(' ', ''));
  if (fractions === undefined) return undefined;
  return turnSlash(fractions === '0.5' ? '\\frac{1}{2}' : fractions);
}

/** `\sqrt3` becomes `\sqrt{3}`. */
function braceRoots(text: string): string | undefined {
  const [first, ...rest] = text.split('\\sqrt');
  if (rest.includes('')) return undefined;
  const braced = rest.map((part) => (part.startsWith('{') ? part : `{${part[0]}}${part.slice(1)}`));
  return [first, ...braced].join('\\sqrt');
}

/** `\frac12` becomes `\frac{1}{2}`, `\frac1{72}` becomes `\frac{1}{72}`. */
function braceFractions(text: string): string | undefined {
  const [first, ...rest] = text.split('\\frac');
  // The first one that is too short decides: nothing behind it is an error, one letter leaves the text as it is.
  const short = rest.find((part) => !part.startsWith('{') && part.length < 2);
  if (short !== undefined) return short === '' ? undefined : text;
  const braced = rest.map((part) => {
    if (part.startsWith('{')) return part;
    return part[1] === '{' ? `{${part[0]}}${part.slice(1)}` : `{${part[0]}}{${part[1]}}${part.slice(2)}`;
  });
  return [first, ...braced].join('\\frac');
}

const wholeNumber = /^\s*[-+]?\d+(?:_\d+)*\s*$/;
const plainNumber = /^(?:0|-?[1-9]\d*)$/;

/** `3/4` becomes `\frac{3}{4}`. */
function turnSlash(text: string): string | undefined {
  const [top, bottom, ...rest] = text.split('/');
  if (top === undefined || bottom === undefined || rest.length > 0) return text;
  if (!wholeNumber.test(top) || !wholeNumber.test(bottom)) return undefined;
  return plainNumber.test(top) && plainNumber.test(bottom) ? `\\frac{${top}}{${bottom}}` : text;
}
