import { expect, test, vi } from 'vitest';
import { runProgram } from './run-program.ts';

test('a program is not handed the keys of models and hubs', async () => {
  for (const name of ['SCALEQUEST_API_KEY', 'OPENAI_API_KEY', 'HF_TOKEN']) vi.stubEnv(name, 'secret');
  vi.stubEnv('HTTPS_PROXY', 'http://proxy');
  const { stdout } = await runProgram([process.execPath, '-p', 'JSON.stringify(process.env)']);
  vi.unstubAllEnvs();
  expect(stdout).not.toContain('secret');
  expect(JSON.parse(stdout)).toMatchObject({ HTTPS_PROXY: 'http://proxy' });
});

test('a program that takes too long is ended, and that is not taken for a failure to start', async () => {
  const { code, startFailure } = await runProgram([process.execPath, '-e', 'setTimeout(() => {}, 60_000)'], {
    timeoutMs: 200,
  });
  expect({ code, startFailure }).toEqual({ code: null, startFailure: 'ETIMEDOUT' });
});

test('where the caller stops a program, that is thrown', async () => {
  const signal = AbortSignal.timeout(200);
  await expect(runProgram([process.execPath, '-e', 'setTimeout(() => {}, 60_000)'], { signal })).rejects.toThrow();
});
