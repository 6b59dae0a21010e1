import { z } from 'zod';
import { type Benchmark, defineBenchmark } from '../benchmark.ts';

/**
 * Exercises of nine college textbooks with the answers that stand in the back of the book, as the book writes them:
 *
 * - 2,285 golds have their mathematics between `$`, 328 in several spans; 735 have a comma. All stay: the verifier reads them.
 * - Some are sentences, proofs or derivations, which nothing can compare with an answer in other words. `meta.form` is
 *   `prose` for them, so that the breakdown shows their share. They count.
 * - 35 questions occur more than once but for spaces, cut from their exercise, 24 of them with different golds. No model can answer
 *   these; they count as well. `data_source` and `question_number` together are unique, the text is not: the id is the line.
 * - The licence is that of each book and stands in `meta.licence`: 809 records are for non-commercial use only, 101 may
 *   be passed on only unaltered and free of charge.
 */
export const collegeMath: Benchmark = defineBenchmark({
  name: 'college-math',
  title: 'CollegeMATH',
  split: 'test',
  count: 2_818,
  rowsSha256: 'fb69b314511ee483b1963eed216991a01254e98a8b8f9a8c3fef22a13780f214',
  licence: 'mixed, by record (meta.licence): CC BY, GFDL, CC BY-NC-SA and others',
  citation: 'Tang et al., MathScale: Scaling Instruction Tuning for Mathematical Reasoning, 2024, arXiv:2403.02884',
  // The copies on the hub are not known well enough to name a file of one.
  origins: [
    {
      kind: 'commit',
      source: 'QwenLM/Qwen2.5-Math:evaluation/data/college_math/test.jsonl@a45202bd16f1ec06f433442dc1152d0074773465',
      checked: true,
    },
  ],
  row: z.object({
    data_source: z.string(),
    question_number: z.string(),
    question: z.string(),
    answer: z.string(),
    license: z.string(),
    data_topic: z.string(),
  }),
  parse: (record, line) => ({
    id: `${line}`,
    problem: record.question.trim(),
    reference: record.answer.trim(),
    meta: {
      topic: record.data_topic.replace('college_math.', ''),
      book: record.data_source.replace('college_math.', ''),
      questionNumber: record.question_number,
      licence: record.license,
      form: isProse(record.answer) ? 'prose' : 'formula',
    },
  }),
});

/** More words outside of the mathematics than a value and its unit need, or longer than an answer is. */
function isProse(answer: string): boolean {
  const words = answer.replaceAll(/\$[^$]*\$/g, ' ').match(/[A-Za-z]{2,}/g) ?? [];
  return words.length > 6 || answer.length > 200;
}
