import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { followEndpointsFile, getEmbeddedModelPath } from '@scalequest/models';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type FakeVllmBehaviour,
  listGroup,
  makeCheckpointFolder,
  makeFakeVllm,
} from '../packages/train-bridge/src/serving/__fixtures__/make-fake-vllm.ts';
import { type CliResult, type RunningCli, runCli, startCli } from './support/run-cli.ts';
import { testPython } from './support/test-python.ts';

interface Ready {
  readonly url: string;
  readonly port: number;
  readonly engine: string;
  readonly model: string;
  readonly pid: number;
}

let folder: TemporaryFolder;
const running: RunningCli[] = [];
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGTERM');
  await Promise.all(running.splice(0).map(({ result }) => result));
  folder[Symbol.dispose]();
});

/** `serve model … --port 0 --json`, when it answers. */
async function serve(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningCli & { readonly ready: Ready }> {
  const started = startCli(['serve', 'model', '--port', '0', '--json', ...args], { cwd: folder.path, env });
  running.push(started);
  const said = await new Promise<string>((resolve, reject) => {
    started.child.stdout?.once('data', resolve);
    void started.result.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { ...started, ready: JSON.parse(said) as Ready };
}

async function stop({ child, result }: RunningCli): Promise<CliResult> {
  child.kill('SIGTERM');
  return await result;
}

/** The environment in which `vllm` is installed. */
function installVllm(behaviour: FakeVllmBehaviour = {}): Readonly<Record<string, string>> {
  makeCheckpointFolder(folder.join('solver'));
  return { PATH: `${makeFakeVllm(folder.path, behaviour).bin}:${process.env.PATH}` };
}

function readReplies(run: string): ReadonlyMap<string, object> {
  const lines = readFileSync(folder.join(run, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const { id, reply, finishReason, usage } = JSON.parse(line);
      return [id, { reply, finishReason, usage }];
    }),
  );
}

test.skipIf(testPython === undefined)(
  'a served checkpoint answers eval as it does in-process, is listed as long as it serves, passes the doctor, and leaves nothing (needs a Python with torch)',
  async () => {
    const list = folder.join('endpoints.txt');
    const args = [getEmbeddedModelPath(), '--register', 'endpoints.txt'];
    const served = await serve(args, { SCALEQUEST_PYTHON: testPython ?? '' });
    const { url, port, engine, model, pid } = served.ready;
    const expected = { url: `http://127.0.0.1:${port}/v1`, engine: 'transformers', model: 'nano-solver' };
    expect({ url, engine, model }).toEqual(expected);
    using followed = await followEndpointsFile(list);
    expect(followed.endpoints).toEqual([{ baseUrl: url }]);

    // The context of the model is shorter than the replies that the protocol allows.
    const asked = ['math-embedded', '--limit', '60', '--max-tokens', '256'];
    const where = ['--model', 'nano-solver', '--endpoints', 'endpoints.txt'];
    const at = { cwd: folder.path };
    const doctor = await runCli(['doctor', ...asked, ...where, '--claims', 'stop,n,seed,logprobs', '--json'], at);
    expect({ code: doctor.code, report: JSON.parse(doctor.stdout) }).toMatchObject({
      code: 0,
      report: { status: 'ok' },
    });

    const overHttp = await runCli(['eval', ...asked, ...where, '--out', 'http'], at);
    const inProcess = await runCli(['eval', ...asked, '--out', 'in-process'], at);
    expect([overHttp.code, inProcess.code]).toEqual([0, 0]);
    expect(readReplies('http')).toEqual(readReplies('in-process'));
    expect(readReplies('http').size).toBe(60);

    const { code, stderr } = await stop(served);
    expect(code).toBe(0);
    expect(stderr).toContain("transformers serves 'nano-solver', 512 tokens of context.");
    expect(listGroup(pid)).toEqual([]);
    expect(readFileSync(list, 'utf8')).toBe('');
    await expect(fetch(`${url}/models`)).rejects.toThrow();
  },
  300_000,
);

test('servers share a file of endpoints: each has its line, takes only its own out, and the dead are cleaned', async () => {
  const env = installVllm();
  const gone = { model: 'old', pid: 2 ** 22 - 3, host: hostname(), started: '1' };
  const lines = [
    'http://gpu-07:8000/v1  # by hand',
    `http://127.0.0.1:9/v1  # scalequest serve model ${JSON.stringify(gone)}`,
    `http://gpu-08:9/v1  # scalequest serve model ${JSON.stringify({ ...gone, host: 'gpu-08' })}`,
  ];
  writeFileSync(folder.join('list.txt'), lines.map((line) => `${line}\n`).join(''));
  const args = ['solver', '--register', 'list.txt'];
  const [one, other, third] = await Promise.all([serve(args, env), serve(args, env), serve(args, env)]);
  const readUrls = async (): Promise<readonly string[]> => {
    using followed = await followEndpointsFile(folder.join('list.txt'));
    return followed.endpoints.map(({ baseUrl }) => baseUrl).sort();
  };
  const kept = ['http://gpu-07:8000/v1', 'http://gpu-08:9/v1'];
  expect(await readUrls()).toEqual([one.ready.url, other.ready.url, third.ready.url, ...kept].sort());
  expect((await stop(one)).code).toBe(0);
  expect(listGroup(one.ready.pid)).toEqual([]);
  expect(await readUrls()).toEqual([other.ready.url, third.ready.url, ...kept].sort());
  // A command that is killed leaves its entry, and no server; the next writer sees that.
  other.child.kill('SIGKILL');
  await other.result;
  await expect.poll(() => listGroup(other.ready.pid), { timeout: 30_000 }).toEqual([]);
  expect((await stop(third)).code).toBe(0);
  expect(readFileSync(folder.join('list.txt'), 'utf8')).toBe(`${lines[0]}\n${lines[2]}\n`);
  expect(readdirSync(folder.path).filter((name) => name.includes('lock'))).toEqual([]);
});

test('a server that ends by itself is told with its last lines, and its endpoint is taken out', async () => {
  const served = await serve(['solver', '--register', 'list.txt', '--', '--verbose'], installVllm());
  process.kill(served.ready.pid, 'SIGUSR2');
  const { code, stderr } = await served.result;
  expect(code).toBe(1);
  expect(stderr).toContain('RuntimeError: Engine core died.');
  expect(readFileSync(folder.join('list.txt'), 'utf8')).toBe('');
});

test.each([
  [['nowhere'], "There is no checkpoint 'nowhere'."],
  [['solver', '--register', 'list.json'], "'list.json' lists its endpoints as JSON."],
  [['solver', '--engine', 'transformers'], /'no-torch' cannot be used\..*\n.*SCALEQUEST_PYTHON/],
] as const)('what cannot be done is a wrong request, and nothing is changed: %j', async (args, said) => {
  const env = { ...installVllm(), SCALEQUEST_PYTHON: 'no-torch' };
  writeFileSync(folder.join('list.json'), '["http://a:1/v1"]');
  const { code, stderr } = await runCli(['serve', 'model', ...args, '--port', '0'], { cwd: folder.path, env });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
  expect(readFileSync(folder.join('list.json'), 'utf8')).toBe('["http://a:1/v1"]');
});
