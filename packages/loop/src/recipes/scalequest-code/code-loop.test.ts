import { getSandboxStatus } from '@scalequest/sandbox';
import { expect } from 'vitest';
import { describeMiniature } from '../../__fixtures__/describe-miniature.ts';

const { chosen: sandbox } = await getSandboxStatus();

if (sandbox === undefined)
  process.stderr.write('scalequest-code is not run: nothing here can hold the programs of its answers.\n');
else {
  describeMiniature({
    name: 'scalequest-code',
    generators: ['qwen', 'deepseek'],
    roles: ['rewriter', 'judge', 'tester', 'responder', 'reward'],
    // The problems of HumanEval are longer than the context of the embedded model.
    config: { protocol: 'dart@1' },
    kills: ['questions'],
    check: ({ names, readLines }) => {
      expect(names.at(-2)).toBe('row-nano-math-embedded');
      // Of the five answers one is wrong, and its program fails the written tests.
      const rows = readLines('questions', 'rows.jsonl');
      expect(rows).toHaveLength(48);
      for (const { response } of rows)
        expect(response).toMatch(/^```python\ndef solve\(more\):\n {4}return -?\d+ \+ more\n```$/);
    },
  });
}
