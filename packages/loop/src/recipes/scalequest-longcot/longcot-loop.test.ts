import { expect } from 'vitest';
import { describeMiniature } from '../../__fixtures__/describe-miniature.ts';

describeMiniature({
  name: 'scalequest-longcot',
  generators: ['qwen'],
  roles: ['rewriter', 'judge', 'responder', 'reward'],
  config: { arms: ['agreement-only'] },
  kills: ['questions', 'evaluate-nano'],
  check: ({ names, readLines, getFigures }) => {
    expect(names).toContain('row-nano-agreement-only-math-embedded');
    // The control learns in as many steps.
    expect(getFigures('student-nano-agreement-only').steps).toBe(getFigures('student-nano').steps);
    // What stands before a reply is what the student is asked with.
    const [row] = readLines('rows-nano', 'rows.jsonl');
    expect(row?.segments).toEqual([
      {
        text: expect.stringMatching(/^<\|im_start\|>user\n[\s\S]+\?<\|im_end\|>\n<\|im_start\|>assistant\n$/),
        weight: 0,
      },
      { text: expect.stringMatching(/^Draft \d: .*\\boxed\{\d+\}\.$/), weight: 1 },
    ]);
  },
});
