/** A question and the one of the sample that is most like it. */
export interface Neighbours {
  readonly ids: readonly [string, string];
  readonly texts: readonly [string, string];
  readonly similarity: number;
}

export interface Diversity {
  readonly questions: number;
  /** Questions by the similarity of their nearest neighbour, in ten steps from 0 to 1. */
  readonly histogram: readonly number[];
  readonly median: number;
  /** Pairs that are most alike, each once. */
  readonly closest: readonly Neighbours[];
}

const shingleLetters = 5;
const shownPairs = 3;

/**
 * How like each question is to its nearest neighbour: the Jaccard similarity of their sets of five letters that follow each
 * other, in small letters, spaces as one. Exact over the questions given; the work grows with their number squared.
 */
export function measureDiversity(questions: readonly { readonly id: string; readonly text: string }[]): Diversity {
  const shingles = questions.map(({ text }) => listShingles(text));
  const holders = new Map<string, number[]>();
  for (const [question, own] of shingles.entries()) {
    for (const shingle of own) {
      const list = holders.get(shingle);
      if (list === undefined) holders.set(shingle, [question]);
      else list.push(question);
    }
  }
  const shared = new Int32Array(questions.length);
  const nearest = shingles.map((own, question) => {
    shared.fill(0);
    for (const shingle of own)
      for (const other of holders.get(shingle) ?? []) shared[other] = (shared[other] as number) + 1;
    let best = { other: -1, similarity: 0 };
    for (let other = 0; other < shared.length; other++) {
      const both = shared[other] as number;
      if (both === 0 || other === question) continue;
      const similarity = both / (own.size + (shingles[other]?.size ?? 0) - both);
      if (similarity > best.similarity) best = { other, similarity };
    }
    return best;
  });
  const histogram = Array.from({ length: 10 }, () => 0);
  for (const { similarity } of nearest) {
    const step = Math.min(9, Math.floor(similarity * 10));
    histogram[step] = (histogram[step] as number) + 1;
  }
  const sorted = nearest.map(({ similarity }) => similarity).sort((a, b) => a - b);
  return {
    questions: questions.length,
    histogram,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    closest: listClosest(questions, nearest),
  };
}

function listShingles(text: string): ReadonlySet<string> {
  const plain = text.toLowerCase().replace(/\s+/g, ' ').trim();
  const shingles = new Set<string>();
  if (plain.length <= shingleLetters) shingles.add(plain);
  for (let begin = 0; begin + shingleLetters <= plain.length; begin++)
    shingles.add(plain.slice(begin, begin + shingleLetters));
  return shingles;
}

function listClosest(
  questions: readonly { readonly id: string; readonly text: string }[],
  nearest: readonly { readonly other: number; readonly similarity: number }[],
): readonly Neighbours[] {
  const pairs = new Map<string, { readonly first: number; readonly second: number; readonly similarity: number }>();
  for (const [question, { other, similarity }] of nearest.entries()) {
    if (other < 0) continue;
    const [first, second] = question < other ? [question, other] : [other, question];
    pairs.set(`${first} ${second}`, { first, second, similarity });
  }
  return [...pairs.values()]
    .sort((a, b) => b.similarity - a.similarity || a.first - b.first)
    .slice(0, shownPairs)
    .flatMap(({ first, second, similarity }) => {
      const [a, b] = [questions[first], questions[second]];
      if (a === undefined || b === undefined) return [];
      return [{ ids: [a.id, b.id] as const, texts: [a.text, b.text] as const, similarity }];
    });
}
