import { getSandboxStatus } from '@scalequest/sandbox';
import { expect } from 'vitest';
import { describeMiniature } from '../../__fixtures__/describe-miniature.ts';

const dataDir = process.env.SCALEQUEST_DATA_DIR || undefined;
const { chosen: sandbox } = await getSandboxStatus();

// Without HumanEval's problems the student answers the embedded ones.
const benchmarks = dataDir === undefined ? ['math-embedded'] : ['humaneval'];
if (dataDir === undefined)
  process.stderr.write('scalequest-code is not evaluated on HumanEval: SCALEQUEST_DATA_DIR is not set.\n');
if (sandbox === undefined) process.stderr.write('scalequest-code is not run: nothing here can hold the programs.\n');
else {
  describeMiniature({
    name: 'scalequest-code',
    generators: ['qwen', 'deepseek'],
    roles: ['rewriter', 'judge', 'tester', 'responder', 'reward'],
    config: {
      benchmarks,
      ...(dataDir === undefined ? { protocol: 'dart@1' } : { data: { dataDir, allowDownload: false } }),
    },
    kills: ['questions'],
    check: ({ names, readLines }) => {
      expect(names.at(-2)).toBe(`row-nano-${benchmarks[0]}`);
      // Every program ran: the tests of a wrong one fail.
      const rows = readLines('questions', 'rows.jsonl');
      expect(rows).toHaveLength(48);
      for (const { response } of rows)
        expect(response).toMatch(/^```python\ndef solve\(more\):\n {4}return -?\d+ \+ more\n```$/);
    },
  });
}
