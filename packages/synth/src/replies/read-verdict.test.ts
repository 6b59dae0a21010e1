import { createRandom } from '@scalequest/core';
import { expect, test } from 'vitest';
import { readVerdict } from './read-verdict.ts';

test.each<readonly [string, 'yes' | 'no' | undefined]>([
  // As the prompt asks for it.
  ['All is given.\n\nVerdict: Yes', 'yes'],
  ['The height is missing.\n\nVerdict: No', 'no'],
  ['**Verdict: No**', 'no'],
  ['Verdict: **Yes**', 'yes'],
  ['**Verdict:** Yes.', 'yes'],
  ['### Verdict\nNo', 'no'],
  ['## Conclusion\n\nYes. Everything that is needed is given.', 'yes'],
  ['Verdict - yes', 'yes'],
  // As models conclude without being told how.
  ['Yes', 'yes'],
  ['**Yes**', 'yes'],
  ['*No.*', 'no'],
  ['\\boxed{Yes}', 'yes'],
  ['$\\boxed{\\text{No}}$', 'no'],
  ['\\[ \\boxed{\\textbf{yes}} \\]', 'yes'],
  ['Conclusion: No.', 'no'],
  ['The answer is: no', 'no'],
  ['So the final answer is yes.', 'yes'],
  ['Final answer: "Yes".', 'yes'],
  ['My final verdict is: No!', 'no'],
  ['Therefore, yes, it can be solved.', 'yes'],
  ['No, the question gives no length.', 'no'],
  ['Yes - it can be solved with what is given.', 'yes'],
  ['The question can be solved, so the answer is **Yes** because nothing is missing.', 'yes'],
  ['Conclusion: Yes, it can be solved. The value is 5.', 'yes'],
  ['1. It is mathematics: yes\n2. It can be solved: no', 'no'],
  // The end decides, and not what was said on the way.
  ['Yes, it is mathematics. But can it be solved? No.', 'no'],
  ['Yes, it is mathematics, but no, it cannot be solved.', 'no'],
  ['No number is negative. All is given.\nVerdict: Yes', 'yes'],
  ['Verdict: Yes\n\nWait. The radius is missing.\n\nVerdict: No', 'no'],
  // A verdict in the middle does not count.
  ['Verdict: Yes\n\nThen again, the second condition is never met.', undefined],
  ['Yes, it is a question of mathematics. However, it cannot be solved.', undefined],
  ['Yes. It is about numbers.\n\nThe radius is missing.', undefined],
  // A word that is no verdict.
  ['No solution exists.', undefined],
  ['There is no way to tell.', undefined],
  ['The answer is no longer defined there.', undefined],
  ['Yesterday Tom had 5 apples.', undefined],
  ['I do not know.', undefined],
  ['Please answer Yes or No.', undefined],
  ['Verdict: Yes/No', undefined],
  ['Verdict: unclear', undefined],
  // Both side by side are an echo of the task, or a slip.
  ['End with either "Verdict: Yes" (usable) or "Verdict: No" (not usable).', undefined],
  ['Verdict: Yes, No', undefined],
  ['Verdict: **Yes** or **No**', undefined],
  ['**Yes** / **No**', undefined],
  ['\\boxed{Yes}\\boxed{No}', undefined],
  ['The verdict is: Yes and No.', undefined],
  ['Yes/No: No', 'no'],
  ['Verdict: Yes, no value is missing.', 'yes'],
  ['Verdict: No, yes would mean that it is usable.', 'no'],
  ['I would not say yes.', undefined],
  ['One cannot simply answer yes.', undefined],
  ['A length is not given, so the answer is no.', 'no'],
  // In another language nobody asked for it.
  ['Verdict: Oui', undefined],
  ['**结论：是**', undefined],
  // What is put behind or around a verdict.
  ['Verdict: Yes (usable)', 'yes'],
  ['Verdict: No (not usable)', 'no'],
  ['Verdict: YES ✅', 'yes'],
  ['❌ No', 'no'],
  ['Verdict: Yes<|im_end|>', 'yes'],
  ['Verdict: No</s>', 'no'],
  ['Verdict: [Yes]', 'yes'],
  ['Verdict: <No>', 'no'],
  ['{"verdict": "no"}', 'no'],
  ['```\nVerdict: Yes\n```', 'yes'],
  ['', undefined],
  ['\n\n  ', undefined],
  // Thinking is not read.
  ['<think>The answer is no.</think>\nVerdict: Yes', 'yes'],
  ['It may be so.\n</think>\n\nNo.', 'no'],
  ['<think>So yes. Verdict: Yes', undefined],
  ['<think>\nVerdict: Yes\n</think>\n', undefined],
  ['[THINK]Verdict: Yes\n[/THINK]\nVerdict: No', 'no'],
  ['◁think▷Verdict: No\n◁/think▷\nVerdict: Yes', 'yes'],
  ['[THINK]\nVerdict: Yes', undefined],
])('%j concludes %s', (reply, verdict) => {
  expect(readVerdict(reply)).toBe(verdict);
});

const words = [
  'yes',
  'No',
  'Verdict:',
  '**',
  '\\boxed{',
  '}',
  '.',
  ',',
  '\n',
  '\n\n',
  '<think>',
  '</think>',
  'the',
  'is',
  '?',
  '$',
  '`',
];

test('it never throws, and blanks around a reply and dress on its last verdict change nothing', () => {
  const random = createRandom('verdicts');
  for (let round = 0; round < 2000; round++) {
    const parts = Array.from({ length: random.integer({ min: 0, max: 12 }) }, () =>
      random.pick(words as [string, ...string[]]),
    );
    const reply = parts.join(random.pick([' ', '']));
    const verdict = readVerdict(reply);
    expect([undefined, 'yes', 'no']).toContain(verdict);
    expect(readVerdict(`  ${reply} \n\n`), reply).toBe(verdict);
    if (!/<\/?think>/.test(reply)) expect(readVerdict(`${reply}\n\nVerdict: **No**`), reply).toBe('no');
    if (!/<\/?think>/.test(reply))
      expect(readVerdict(`${reply}\n\nThat is all there was to say of it`), reply).toBe(undefined);
  }
});

test('a long reply costs no more than its end', () => {
  const long = 'yes, '.repeat(400_000);
  expect(readVerdict(`${long}\nVerdict: No`)).toBe('no');
  expect(readVerdict(`${'*'.repeat(100_000)}Yes`)).toBe('yes');
});
