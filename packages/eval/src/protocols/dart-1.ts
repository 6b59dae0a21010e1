import type { Protocol } from './protocol.ts';
import type { Source } from './source.ts';
import { alpaca } from './templates/alpaca.ts';

/** OlympiadBench's sentence for each kind of answer; a tuple may mean several things, so it is not named. */
const kinds = [
  ['Numerical', 'a numerical value'],
  ['Expression', 'an expression'],
  ['Equation', 'an equation'],
  ['Interval', 'an interval'],
] as const;

/**
 * DART-Math, which scored the paper's maths: zero-shot and greedy as raw text, its alpaca template unless the model has
 * another (`--template`), a reply that is cut is wrong. Base models get four examples there: `--shots FILE`.
 */
export const dart1: Protocol = {
  name: 'dart',
  version: 1,
  prompt: { kind: 'chat', messages: [{ role: 'user', content: '{problem}' }] },
  instruction: { fromTemplate: true },
  template: alpaca,
  shots: { count: 0, source: { kind: 'file' }, choice: { kind: 'first' }, layout: { kind: 'turns' } },
  sampling: { temperature: 0, topP: 1, maxTokens: 2048, stop: [] },
  grader: 'dart',
  variants: [
    {
      name: 'olympiadbench',
      benchmarks: ['olympiadbench'],
      instruction: {
        fromTemplate: true,
        before:
          'The following is an open-ended problem from an International Math competition. {kind}Please calculate the answer according to the given requirements and the information provided. Please use LaTeX format to represent the variables and formulas used in the solution process and results. Please end your solution with "So the final answer is \\boxed{{box}}{boxUnit}." and give the result explicitly{unit}.\n',
        slots: {
          kind: [
            { meta: { answerType: 'Tuple' }, text: '' },
            ...kinds.map(([answerType, text]) => ({
              meta: { answerType, answers: 'one' },
              text: `The answer of The problem should be ${text}. `,
            })),
            ...kinds.map(([answerType, text]) => ({
              meta: { answerType, answers: 'several' },
              text: `The problem has multiple answers, each of them should be ${text}. `,
            })),
          ],
          box: [
            { meta: { answers: 'several' }, text: 'multiple answers connected with commas' },
            { meta: { answers: 'one' }, text: 'answer' },
          ],
          boxUnit: [{ meta: { unit: null }, text: '' }, { text: '(unit)' }],
          unit: [
            { meta: { unit: null }, text: '' },
            { text: ', note that the unit of the answer should not be included in \\boxed{}' },
          ],
        },
      },
      // DART-Math hands this benchmark to the judge of its authors.
      grader: 'olympiadbench',
    },
  ],
};

export const dart1Source: Source = {
  source:
    'hkust-nlp/dart-math, pipeline/gen.py, dart_math/utils.py and dart_math/olympiadbench.py at 219b324 (template, stops, sampling; the OlympiadBench sentences are from OpenBMB/OlympiadBench)',
  licence: 'MIT, Yuxuan Tong and others; MIT, OpenBMB',
};
