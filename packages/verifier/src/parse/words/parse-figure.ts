import type { WordsValue } from '../values.ts';

const signs: ReadonlyMap<string, string> = new Map(
  Object.entries({
    triangle: 'triangle',
    angle: 'angle measuredangle',
    segment: 'overline bar segment side',
    line: 'overleftrightarrow line',
    ray: 'overrightarrow ray',
    arc: 'overarc widehat arc wideparen',
    quadrilateral: 'square quadrilateral',
  }).flatMap(([name, all]) => all.split(' ').map((sign): [string, string] => [sign, name])),
);

const pattern = /^(?:\\([A-Za-z]+) ?|([A-Za-z]+) )?(\{?)((?:[A-Z]'?){2,6})(\}?)$/;

/** Words of capitals that name no points. */
const shouted = /^(?:NO|YES|ODD|ALL|NOT|ONE|TWO|SIX|TEN|DNE|NONE|EVEN|TRUE|FALSE|USA|USD|RED|LCM|GCD|HCF)$/;

/** `\triangle ABC`, `\overline{AB}`, `angle BAC`, `AB`: a figure by its points. */
export function parseFigure(plain: string): WordsValue | undefined {
  const found = pattern.exec(plain);
  if (found === null || (found[3] === '{') !== (found[5] === '}')) return undefined;
  const [, command, word, , points = ''] = found;
  const sign = command ?? word ?? '';
  const name = sign === '' ? '' : signs.get(sign.toLowerCase());
  if (name === undefined || shouted.test(points)) return undefined;
  if (name === '' && points.length > 3) return undefined;
  return {
    kind: 'words',
    text: `${name} ${points}`.trim(),
    parts: [name, ...(points.match(/[A-Z]'?/g) ?? [])],
    group: 'figure',
  };
}
