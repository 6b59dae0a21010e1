import { createBudget, createOpenAiClient } from '@scalequest/models';
import { startModelServer } from '@scalequest/test-kit';
import { expect, test } from 'vitest';
import { describeInterruption } from './describe-interruption.ts';

const where = { isStopped: false, folder: 'loops/math' };

test('says what is kept and how it goes on: after Ctrl-C, after a failure, and where a bound of cost was met', async () => {
  const kept = 'What is finished is kept in loops/math; the same command goes on';
  expect(describeInterruption(new Error('Aborted.'), { ...where, isStopped: true })).toBe(
    `Stopped. ${kept} from there.`,
  );
  expect(describeInterruption(new Error('No disk.'), where)).toBe(`${kept} from there.`);
  await using server = await startModelServer({ models: ['gpt'] });
  const client = createOpenAiClient({
    ...{ model: 'gpt', baseUrls: [server.baseUrl], prices: { prompt: 1, completion: 1 } },
    budget: createBudget({ maxCost: 0 }),
  });
  const sampling = { temperature: 0, topP: 1, maxTokens: 8, stop: [] };
  const asked = client.generate({ prompt: { kind: 'completion', text: 'Hello' }, sampling });
  const error: unknown = await asked.catch((reason: unknown) => reason);
  await client.close();
  const text = describeInterruption(error, where);
  expect(text).toMatch(/^The budget is spent\./);
  expect(text.endsWith(`${kept} with a higher --max-cost.`)).toBe(true);
});
