/** A right triangle of whole numbers without a common divisor. */
export type PythagoreanTriple = readonly [leg: number, otherLeg: number, hypotenuse: number];

/** All of them with a hypotenuse below 100, the short leg first. */
export const pythagoreanTriples: readonly [PythagoreanTriple, ...PythagoreanTriple[]] = [
  [3, 4, 5],
  [5, 12, 13],
  [8, 15, 17],
  [7, 24, 25],
  [20, 21, 29],
  [12, 35, 37],
  [9, 40, 41],
  [28, 45, 53],
  [11, 60, 61],
  [16, 63, 65],
  [33, 56, 65],
  [48, 55, 73],
  [13, 84, 85],
  [36, 77, 85],
  [39, 80, 89],
  [65, 72, 97],
];
