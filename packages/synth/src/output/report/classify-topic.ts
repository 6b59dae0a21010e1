/** A topic and the words by which it is known. */
interface Topic {
  readonly name: string;
  readonly words: RegExp;
}

/** Of equally many words the topic that stands first is the one: narrow topics come before wide ones. */
const topics: readonly Topic[] = [
  {
    name: 'calculus',
    words:
      /\b(derivatives?|differentia\w*|integrals?|integrate|limits?|tangent line|\\int|\\lim|convergen\w*|diverg\w*)\b|\\int|\\lim/g,
  },
  {
    name: 'trigonometry, vectors, complex numbers',
    words:
      /\b(sin|cos|tan|cot|sec|sine|cosine|vectors?|matri(x|ces)|determinant|complex|polar|dot product|cross product|radians?)\b|\\(sin|cos|tan|vec|mathbf)/g,
  },
  {
    name: 'counting and probability',
    words:
      /\b(probabilit\w+|how many ways|ways|permutations?|combinations?|dice|die|coins?|cards?|deck|random\w*|expected value|chosen|committee|arrange\w*|marbles?)\b|\\binom/g,
  },
  {
    name: 'geometry',
    words:
      /\b(triang\w+|circles?|squares?|rectang\w+|areas?|perimeters?|volumes?|angles?|radius|diameter|polygons?|hexagons?|cubes?|cylinders?|cones?|spheres?|parallel\w*|perpendicular|hypotenuse|sides?|diagonals?|midpoint)\b|\\(triangle|angle|circ)\b/g,
  },
  {
    name: 'number theory',
    words:
      /\b(prime|primes|divis\w+|divided by|remainders?|modul\w+|gcd|lcm|greatest common|least common|digits?|factors?|integers?|multiples?|base-?\d+|congruent)\b|\\(pmod|bmod|equiv)/g,
  },
  {
    name: 'sequences and series',
    words:
      /\b(sequences?|series|arithmetic progression|geometric progression|nth term|terms?|recurs\w+|fibonacci)\b|\\sum/g,
  },
  {
    name: 'statistics',
    words: /\b(mean|median|mode|averages?|standard deviation|variance|data set|percentile)\b/g,
  },
  {
    name: 'functions and polynomials',
    words:
      /\b(functions?|polynomials?|quadratics?|roots?|graphs?|domain|range|inverse|logarithms?|log|exponential|asymptotes?|vertex|parabola|zeros)\b|f\(x\)|\\log/g,
  },
  {
    name: 'equations and algebra',
    words:
      /\b(solve|equations?|simplify|evaluate|expressions?|expand|factor|variables?|inequalit\w+|system|value of)\b|=/g,
  },
  {
    name: 'word problems',
    words:
      /\b(dollars?|cents?|cost|costs|price|buys?|bought|sells?|sold|pays?|hours?|minutes?|days?|weeks?|miles?|kilometers?|speed|apples?|students?|workers?|salary|profit|discount|percent|per|each|more than|less than)\b|%/g,
  },
];

/**
 * Which topic of mathematics a question is about, told by the words that it has: the topic of which it has most. No model is
 * asked, so it is a rough picture and the same on every machine.
 *
 * @example
 * classifyTopic('What is the area of a circle of radius 3?'); // 'geometry'
 */
export function classifyTopic(question: string): string {
  const text = question.toLowerCase();
  let most = 0;
  let found = 'other';
  for (const { name, words } of topics) {
    const count = text.match(words)?.length ?? 0;
    if (count <= most) continue;
    most = count;
    found = name;
  }
  return found;
}
