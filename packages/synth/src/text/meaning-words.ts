/**
 * Words that decide what a question asks: of two questions that differ in one of them, one is no copy of the other. Words of a
 * story (names, things, verbs of every day) are not here, nor are verbs that only say "answer this", such as `find`.
 */
const words = `
not no never none neither nor without except unless cannot only but if or and both either nobody nothing
all every each any some exactly least most more less fewer fewest greater greatest larger largest smaller smallest bigger biggest
higher highest lower lowest maximum minimum maximal minimal max min maximize minimize maximise minimise above below under over
before after until since between within outside inside beyond exceed exceeds up down per by to into from
increase increases increased increasing decrease decreases decreased decreasing grow grows shrink gain gains lose loses lost
add adds added adding addition subtract subtracts subtracted subtraction plus minus times multiply multiplied multiplication
divide divides divided dividing division divisible divisor divisors factor factors multiple multiples product products quotient
remainder remainders sum sums difference differences total ratio ratios rate rates proportion proportional inversely directly
percent percentage percentages fraction fractions decimal decimals numerator denominator reciprocal inverse opposite
even odd prime primes composite positive negative nonnegative nonpositive nonzero zero zeros integer integers whole natural
rational irrational real reals complex imaginary perfect square squares squared cube cubes cubed cubic root roots power powers
exponent exponents digit digits units tens hundreds ones thousands palindrome palindromes binary base bases modulo mod congruent
consecutive distinct different same equal unequal equals identical similar unique
mean median mode average averages range variance deviation probability probabilities expected odds likely random
permutation permutations combination combinations arrangements arrange ordered unordered order ways
sine cosine tangent secant cosecant cotangent sin cos tan sec csc cot arcsin arccos arctan log logarithm ln exp
area areas perimeter circumference volume volumes surface length lengths width widths height heights depth radius radii diameter
diameters chord arc sector angle angles degree degrees radians altitude altitudes bisector bisectors centroid incenter
circumcenter orthocenter inradius circumradius inscribed circumscribed hypotenuse leg legs base diagonal diagonals side sides
edge edges face faces vertex vertices midpoint midpoints slope slopes intercept intercepts horizontal vertical parallel
perpendicular tangent asymptote asymptotes axis axes center focus foci origin quadrant
triangle triangles quadrilateral rectangle rectangles rectangular rhombus parallelogram trapezoid trapezoidal kite
polygon pentagon hexagon heptagon octagon nonagon decagon dodecagon circle circles circular semicircle ellipse parabola hyperbola
sphere spheres hemisphere cylinder cylinders cone cones pyramid prism tetrahedron octahedron polyhedron regular isosceles
equilateral scalene right acute obtuse line lines segment segments ray plane planes point points
left north south east west northeast northwest southeast southwest clockwise counterclockwise top bottom first last second third
fourth fifth sixth seventh eighth ninth tenth next previous earlier later early late ago
function functions derivative derivatives integral integrals differentiate integrate limit limits continuous differentiable
convex concave domain codomain injective surjective bijective linear quadratic quartic polynomial monic constant coefficient
coefficients variable matrix matrices determinant eigenvalue eigenvalues trace rank vector vectors dot cross
series sequence sequences arithmetic geometric harmonic term terms converge converges diverge diverges
solution solutions true false possible impossible always sometimes union intersection subset subsets element elements
sorted ascending descending closed open bounded unbounded defined undefined singular invertible orthogonal symmetric
interest compound simple profit loss discount tax cost price principal annual monthly weekly daily hourly
second seconds minute minutes hour hours day days week weeks month months year years decade century
inch inches foot feet yard yards mile miles meter meters metre metres centimeter centimeters kilometer kilometers millimeter
millimeters gram grams kilogram kilograms pound pounds ounce ounces ton tons liter liters litre litres gallon gallons quart quarts
pint pints cup cups cent cents dollar dollars penny pennies nickel nickels dime dimes quarter quarters euro euros
cm mm km ft kg mph lb oz ml
monday tuesday wednesday thursday friday saturday sunday january february april june july august september october
november december am pm noon midnight
older oldest younger youngest taller shorter tallest shortest longer longest faster slower fastest slowest heavier lighter cheaper
heads tails win wins won lose male female boys girls men women king queen ace heart hearts spade spades diamond diamonds club
clubs red blue green yellow black white orange purple pink brown
who when why many much number numbers far old young long tall deep wide heavy fast slow soon often
`
  .trim()
  .split(/\s+/);

const meaningWords: ReadonlySet<string> = new Set(words.map(toSingular));

/** A word that decides what a question asks, without the `s` of its plural; undefined for any other word. */
export function findMeaning(word: string): string | undefined {
  const singular = toSingular(word);
  return meaningWords.has(singular) ? singular : undefined;
}

function toSingular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** Words that may stand at many places of one text, so that their places say nothing about who is who. */
export const functionWords: ReadonlySet<string> = new Set(
  `a an the of in on at as is are was were be been being it its he she they them his her their this that these those there here
  what how find compute determine calculate evaluate give given let so then also will would can could should has have had having
  do does did with for such suppose assume express answer please now just that we you your our us i me my out about`.split(
    /\s+/,
  ),
);
