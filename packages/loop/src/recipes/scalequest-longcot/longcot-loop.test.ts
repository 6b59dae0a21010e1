import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryFolder } from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { makeMiniature, writeSeeds } from '../../__fixtures__/miniature.ts';
import { startScriptedRoles } from '../../__fixtures__/scripted-roles.ts';
import { startLoop } from '../../__fixtures__/start-loop.ts';

const python = process.env.SCALEQUEST_TEST_PYTHON;
if (!python) console.log('The loop scalequest-longcot is not run: SCALEQUEST_TEST_PYTHON is not set.');
void existsSync;

describe.skipIf(!python)('scalequest-longcot in miniature', () => {
  test('runs to its leaderboard', async () => {
    using folder = makeTemporaryFolder();
    await using roles = await startScriptedRoles(['rewriter', 'judge', 'responder', 'reward']);
    writeFileSync(folder.join('seeds.jsonl'), writeSeeds(200));
    const config = makeMiniature({
      generators: ['qwen'],
      models: roles.models,
      seeds: folder.join('seeds.jsonl'),
      python: python ?? '',
    });
    writeFileSync(folder.join('loop.json'), JSON.stringify(config));
    const loop = startLoop({ name: 'scalequest-longcot', folder });
    const end = await loop.ended;
    console.log(loop.events.flatMap((e) => (e.kind === 'done' ? [`${e.step} ${e.seconds?.toFixed(1)} ${JSON.stringify(e.figures).slice(0, 200)}`] : e.kind === 'said' ? [e.text] : [])).join('\n'));
    expect(end.stderr).toBe('');
    const manifest = JSON.parse(readFileSync(folder.join('loop/manifest.json'), 'utf8'));
    console.log(JSON.stringify(manifest, null, 1).slice(0, 6000));
  }, 300_000);
});
