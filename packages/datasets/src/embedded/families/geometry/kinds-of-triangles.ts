/** The lengths of a triangle's sides, the longest last. */
export type Sides = readonly [one: number, other: number, longest: number];

export type KindOfTriangle = 'acute' | 'right' | 'obtuse';

const longestSide = 20;

/** All triangles of whole numbers whose squares stay small, the two shorter sides in both orders. There are few right ones. */
export const trianglesByKind: Readonly<Record<KindOfTriangle, readonly Sides[]>> = {
  acute: listTriangles('acute'),
  right: listTriangles('right'),
  obtuse: listTriangles('obtuse'),
};

function listTriangles(kind: KindOfTriangle): readonly Sides[] {
  const found: Sides[] = [];
  for (let one = 3; one < longestSide; one++)
    for (let other = 3; other < longestSide; other++)
      for (let longest = Math.max(one, other); longest <= Math.min(longestSide, one + other - 1); longest++)
        if (one ** 2 + other ** 2 <= longestSide ** 2 && getKind([one, other, longest]) === kind)
          found.push([one, other, longest]);
  return found;
}

/** By the theorem of Pythagoras. */
function getKind([one, other, longest]: Sides): KindOfTriangle {
  const gap = one ** 2 + other ** 2 - longest ** 2;
  return gap === 0 ? 'right' : gap > 0 ? 'acute' : 'obtuse';
}
