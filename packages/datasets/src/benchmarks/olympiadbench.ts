import { z } from 'zod';
import { type Benchmark, defineBenchmark } from '../benchmark.ts';

/**
 * The 675 open-ended mathematics problems in English without pictures (`OE_TO_maths_en_COMP`).
 *
 * - `final_answer` is a list of one string. Where a problem has several answers (94), all stand in that string, in one
 *   `$` span, in several, or in none; it stays as it is, with a full stop at its end too, and the verifier reads it.
 * - `unit` (8 problems) is not in the gold. The answer may leave it out or give it, also in another unit that it equals:
 *   the gold with its unit is the other reference, and part of the pin. A percent sign is none: with an absolute
 *   tolerance it would make hundredths of the bound.
 * - `error` (one problem) is the tolerance that the grading asks for; `settingsForOlympiadBench` of the verifier reads it.
 */
export const olympiadbench: Benchmark = defineBenchmark({
  name: 'olympiadbench',
  title: 'OlympiadBench, open-ended mathematics in English',
  split: 'test',
  count: 675,
  rowsSha256: 'b5fe70cc01eef101a69263917a43c7178505d0979d6a046dcac803dfcc8bf8f5',
  licence: 'MIT (QwenLM/Qwen2.5-Math, OpenBMB/OlympiadBench)',
  citation:
    'He et al., OlympiadBench: A Challenging Benchmark for Promoting AGI with Olympiad-Level Bilingual Multimodal Scientific Problems, 2024, arXiv:2402.14008',
  // Hothan/OlympiadBench on the hub has 674 of them, so it could never pass. A Parquet file with these fields can.
  origins: [
    {
      kind: 'commit',
      source: 'QwenLM/Qwen2.5-Math:evaluation/data/olympiadbench/test.jsonl@a45202bd16f1ec06f433442dc1152d0074773465',
      checked: true,
    },
  ],
  row: z.object({
    id: z.number(),
    subfield: z.string(),
    question: z.string(),
    solution: z.array(z.string()),
    final_answer: z.tuple([z.string()]),
    is_multiple_answer: z.boolean(),
    unit: z.string().nullish(),
    answer_type: z.string(),
    error: z.string().nullish(),
  }),
  parse: (record) => {
    const [answer] = record.final_answer;
    const reference = answer.trim();
    const unit = record.unit?.trim() || null;
    return {
      id: `${record.id}`,
      problem: record.question.trim(),
      reference,
      ...(unit === null || unit === '%' ? {} : { otherReferences: [addUnit(reference, unit)] }),
      meta: {
        subfield: record.subfield,
        answerType: record.answer_type,
        answers: record.is_multiple_answer ? 'several' : 'one',
        unit,
        error: record.error?.trim() || null,
        solution: record.solution.join('\n\n'),
      },
    };
  },
  goldFixes: [
    // The sign between t and the interval is lost, and what is left reads as a product.
    { id: '2045', from: '$t(0,4]$', kind: 'wrong', values: ['$t \\in (0,4]$'] },
    // One answer, a factor and a root, was taken for two.
    { id: '2498', from: '$\\frac{1}{2},\\sqrt{x}$', kind: 'wrong', values: ['$\\frac{1}{2} \\sqrt{x}$'] },
  ],
});

/** The unit behind the answer; the sign of degrees belongs to each of several. */
function addUnit(reference: string, unit: string): string {
  if (unit !== '^{\\circ}') return `${reference} ${unit}`;
  return reference
    .replaceAll('$', '')
    .split(',')
    .map((answer) => `${answer}${unit}`)
    .join(', ');
}
