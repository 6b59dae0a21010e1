import { join } from 'node:path';
import { expect } from 'vitest';
import { describeMiniature } from '../../__fixtures__/describe-miniature.ts';

describeMiniature({
  name: 'scalequest-math',
  generators: ['qwen', 'deepseek'],
  roles: ['rewriter', 'judge', 'responder', 'reward'],
  config: { reported: join(import.meta.dirname, '../../../../../leaderboard/reported') },
  kills: ['questions'],
  check: ({ readLines }) => {
    const generators = readLines('rows-nano', 'rows.jsonl').map(({ id }) => String(id).split('/')[0]);
    expect(generators.filter((one) => one === 'qwen')).toHaveLength(24);
    expect(generators.filter((one) => one === 'deepseek')).toHaveLength(24);
  },
});
