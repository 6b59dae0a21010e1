import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRandom, deriveSeed, sha256Hex } from '@scalequest/core';
import { getSandboxStatus } from '@scalequest/sandbox';
import {
  type CheckedRecipe,
  checkRecipe,
  deepseekMathPrefix,
  deepseekMathPublishedPrefix,
  type ManifestEntry,
  openRecipe,
  qwen2Prefix,
  type RecipeForm,
} from '@scalequest/synth';
import {
  type Misbehaviour,
  type ModelServerOptions,
  type ModelServerRequest,
  makeTemporaryFolder,
  startModelServer,
} from '@scalequest/test-kit';
import { describe, expect, test } from 'vitest';
import { readAll } from '../packages/synth/src/__fixtures__/read-all.ts';
import { writeScripts } from '../packages/synth/src/__fixtures__/scripted-models.ts';
import { programScripts } from '../packages/synth/src/__fixtures__/scripted-programs.ts';
import { type RunningCli, runCli, startCli } from './support/run-cli.ts';

const kills = 20;
const concurrency = 8;
const { chosen: sandbox } = await getSandboxStatus();
if (sandbox === undefined) {
  process.stderr.write(
    'scalequest-code is killed in its faithful form: nothing here can hold the programs of the fixed.\n',
  );
}

interface Case {
  readonly name: string;
  readonly form: RecipeForm;
  readonly accept: number;
  readonly scripts: Readonly<Record<string, ModelServerOptions>>;
}

const cases: readonly Case[] = [
  {
    ...{ name: 'scalequest-math', form: 'fixed', accept: 14 },
    scripts: writeScripts({ prefixes: { qwen: qwen2Prefix, deepseek: deepseekMathPrefix } }),
  },
  {
    ...{ name: 'scalequest-math', form: 'faithful', accept: 18 },
    scripts: writeScripts({ prefixes: { qwen: qwen2Prefix, deepseek: deepseekMathPublishedPrefix } }),
  },
  {
    ...{ name: 'scalequest-simple', form: 'faithful', accept: 36 },
    scripts: writeScripts({ prefixes: { qwen: qwen2Prefix } }),
  },
  {
    ...{ name: 'scalequest-longcot', form: 'fixed', accept: 18 },
    scripts: writeScripts({ prefixes: { qwen: qwen2Prefix } }),
  },
  {
    ...{ name: 'scalequest-code', form: sandbox === undefined ? 'faithful' : 'fixed', accept: 6 },
    scripts: programScripts,
  },
];

/** A request as a server saw it. */
interface Seen {
  readonly role: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** How often the command had been killed before. */
  readonly session: number;
}

interface Servers extends AsyncDisposable {
  readonly args: readonly string[];
  readonly seen: Seen[];
  /** Told the session of each request. */
  onRequest: (session: number) => void;
}

/** The key that the command of a session sends: a request of a killed one may be read when the next one runs. */
const nameKey = (session: number): string => `session-${session}`;

function readSession({ headers }: ModelServerRequest): number {
  return Number(/^Bearer session-(\d+)$/.exec(String(headers.authorization))?.[1] ?? 0);
}

/** What befalls a request once, by its bytes: one in sixteen. */
const faults: readonly (Misbehaviour | undefined)[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'cut' },
  { kind: 'reset' },
  { kind: 'malformed-json' },
];

/** A server for each role of a recipe, which tells of each request before it answers. */
async function startServers({ scripts }: Case, roles: readonly string[]): Promise<Servers> {
  const started: Servers = {
    args: [],
    seen: [],
    onRequest: () => undefined,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
  const befallen = new Set<string>();
  const isBefallen = (request: ModelServerRequest, fault: number): boolean => {
    const hash = sha256Hex(JSON.stringify(request.body));
    if (isCanary(request.body) || Number.parseInt(hash.slice(0, 2), 16) % 64 !== fault) return false;
    if (befallen.has(hash)) return false;
    befallen.add(hash);
    return true;
  };
  const servers = await Promise.all(
    roles.map((role) => {
      const watch = (request: ModelServerRequest): boolean => {
        const { body } = request;
        if (isCanary(body)) return false;
        const session = readSession(request);
        started.seen.push({ role, body, session });
        started.onRequest(session);
        return false;
      };
      const script = scripts[role] ?? {};
      return startModelServer({
        ...{ ...script, models: [role], latencyMs: 3 },
        misbehaviours: [
          { kind: 'hang', when: watch },
          ...faults.flatMap((fault, place) =>
            fault === undefined
              ? []
              : [{ ...fault, when: (request: ModelServerRequest) => isBefallen(request, place) }],
          ),
          ...(script.misbehaviours ?? []),
        ],
      });
    }),
  );
  const args = roles.flatMap((role, place) => [
    ...['--endpoint', `${role}=${servers[place]?.baseUrl ?? ''}`],
    ...['--model', `${role}=${role}`],
  ]);
  return Object.assign(started, { args });
}

/** What proves the way to a model's numbers, in each session anew. */
function isCanary(body: Seen['body']): boolean {
  return /What is 17 \+ 25\?|and prove that|What is 2 \+ 3\?/.test(JSON.stringify(body));
}

/** The command with its modules loaded, which begins when it is told to. */
function loadCommand(args: readonly string[], session: number): RunningCli & { readonly begin: () => void } {
  const gate = new URL('./support/wait-for-go.mjs', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import=${gate}`, SCALEQUEST_API_KEY: nameKey(session) };
  const command = startCli(args, { stdin: 'pipe', env });
  command.child.stdin?.on('error', () => undefined);
  return { ...command, begin: () => void command.child.stdin?.write('go\n') };
}

/** What a folder says is done: names of requests with an end in a journal, and shards that are in the manifest. */
interface Done {
  readonly ended: ReadonlySet<string>;
  readonly sealed: ReadonlySet<string>;
}

function readDone(folder: string): Done {
  const ended = new Set<string>();
  const open = join(folder, 'open');
  for (const name of existsSync(open) ? readdirSync(open, { recursive: true }).map(String) : []) {
    if (!name.endsWith('answers.jsonl')) continue;
    const [stage = ''] = name.split('/');
    for (const { key } of readWholeLines<{ readonly key: string }>(join(open, name))) ended.add(`${stage} ${key}`);
  }
  const path = join(folder, 'manifest.jsonl');
  const entries = existsSync(path) ? readWholeLines<ManifestEntry>(path) : [];
  return { ended, sealed: new Set(entries.map(formatShard)) };
}

function readWholeLines<T>(path: string): readonly T[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}

function formatShard({ stage, generator, number }: Pick<ManifestEntry, 'stage' | 'generator' | 'number'>): string {
  return `${stage}/${generator}/${number}`;
}

interface NamedRequest {
  /** As its journal has it, behind the stage. */
  readonly name: string;
  readonly shard: string;
}

/** Tells which request of which shard a server saw: by its seed, or by the question and response that it holds. */
function createNamer(folder: string, recipe: CheckedRecipe): (seen: Seen) => NamedRequest | undefined {
  const bySeed = new Map<number, { readonly stage: string; readonly generator: string; readonly index: number }>();
  const byQuestion = new Map<string, { readonly generator: string; readonly index: number; responses: string[] }>();
  for (const { name: generator } of recipe.generators) {
    for (const { name: stage } of recipe.stages) {
      for (let index = 0; index < 1000; index++) {
        const id = `${stage}/${generator}/${index}`;
        const seed = deriveSeed({ seed: 0, configuration: recipe.digest, id, epoch: 0 });
        bySeed.set(seed, { stage, generator, index });
      }
    }
    const questions = new Map<number, string>();
    for (const { index, fields } of readKept(folder, 'generate', generator)) {
      const question = String(fields.question);
      questions.set(index, question);
      byQuestion.set(question, { generator, index, responses: [] });
    }
    for (const { index, fields } of readKept(folder, 'respond', generator)) {
      const row = byQuestion.get(questions.get(index) ?? '');
      if (row !== undefined) row.responses = (fields.responses as { readonly text: string }[]).map(({ text }) => text);
    }
  }
  const finish = (
    stage: string,
    { role, generator, index, epoch }: { role: string; generator: string; index: number; epoch: number },
  ): NamedRequest => ({
    name: `${stage} ${role}:${generator}/${index}#${epoch}`,
    shard: formatShard({ stage, generator, number: Math.floor(index / recipe.shardRows) }),
  });
  return ({ role, body }) => {
    const place = bySeed.get(Number(body.seed));
    if (place !== undefined) return finish(place.stage, { role, ...place, epoch: 0 });
    const [asked, said] = body.messages === undefined ? [] : (body.messages as { readonly content: string }[]);
    const row = byQuestion.get(asked?.content ?? String(body.input ?? body.prompt));
    if (row === undefined) return undefined;
    const epoch = said === undefined ? 0 : row.responses.indexOf(said.content);
    return epoch < 0 ? undefined : finish(role, { role, ...row, epoch });
  };
}

function* readKept(
  folder: string,
  stage: string,
  generator: string,
): Generator<{ readonly index: number; readonly fields: Readonly<Record<string, unknown>> }> {
  const shards = join(folder, 'shards', stage);
  for (const file of readdirSync(shards)) {
    if (!file.startsWith(`${generator}-`) || !file.endsWith('.kept.jsonl.gz')) continue;
    const lines = gunzipSync(readFileSync(join(shards, file))).toString();
    for (const line of lines.trimEnd().split('\n')) yield JSON.parse(line);
  }
}

/** Every file below a folder, with its bytes. */
function readFiles(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), readFileSync(path).toString('base64')]));
}

async function exportAll(folder: string): Promise<Readonly<Record<string, string>>> {
  const out = `${folder}-dataset`;
  const { code, stderr } = await runCli(['synth', 'export', folder, '--out', out, '--with-rejected', '--jsonl']);
  expect(code, stderr).toBe(0);
  return readFiles(out);
}

describe.each(cases)('$name, $form', (one) => {
  test(`${kills} kills of the command: the same bytes, and no request that was answered is sent again`, {
    timeout: 600_000,
  }, async () => {
    const { name, form, accept } = one;
    const { recipe } = await openRecipe(name, { form, accept });
    const checked = checkRecipe(recipe);
    const roles = [...new Set(checked.stages.flatMap(({ models = [] }) => models))];
    using folder = makeTemporaryFolder();
    const write = (out: string, { args }: Servers): readonly string[] => [
      ...['synth', name, '--out', folder.join(out), '--form', form, '--accept', String(accept), '--no-decontamination'],
      ...['--max-concurrency', String(concurrency), ...args],
    ];

    await using calm = await startServers(one, roles);
    const whole = await runCli(write('whole', calm));
    expect(whole.code, whole.stderr).toBe(0);
    const expected = await readAll(folder.join('whole'));
    expect(expected.rows).toHaveLength(accept * checked.generators.length);

    await using servers = await startServers(one, roles);
    const path = folder.join('killed');
    const random = createRandom(`kills/${name}/${form}`);
    const most = Math.floor((1.6 * calm.seen.length) / (kills + 1));
    const done: Done[] = [];
    let next = loadCommand(write('killed', servers), 0);
    for (let session = 0; session < kills; session++) {
      const command = next;
      next = loadCommand(write('killed', servers), session + 1);
      let left = random.integer({ min: 1, max: most });
      servers.onRequest = (of) => {
        if (of !== session) return;
        left -= 1;
        if (left === 0) command.child.kill('SIGKILL');
      };
      command.begin();
      expect(await command.result).toMatchObject({ code: null, signal: 'SIGKILL' });
      done.push(readDone(path));
    }
    servers.onRequest = () => undefined;
    next.begin();
    expect(await next.result).toMatchObject({ code: 0 });

    expect(await readAll(path)).toEqual(expected);
    expect(await exportAll(path)).toEqual(await exportAll(folder.join('whole')));
    const nameRequest = createNamer(path, checked);
    const named = servers.seen.map((seen) => ({ ...seen, request: nameRequest(seen) }));
    expect(named.filter(({ request }) => request === undefined)).toEqual([]);
    const repeated = named.filter(({ session, request }) => {
      const before = done[session - 1];
      if (before === undefined || request === undefined) return false;
      return before.ended.has(request.name) || before.sealed.has(request.shard);
    });
    expect(repeated).toEqual([]);
    // The journals were not empty, and all that they held is known by the names of requests that came.
    const names = new Set(named.map(({ request }) => request?.name));
    const ended = new Set(done.flatMap((before) => [...before.ended]));
    expect(ended.size).toBeGreaterThan(calm.seen.length / 4);
    expect([...ended].filter((request) => !names.has(request))).toEqual([]);
    // What was out at a kill is all that was asked for twice.
    expect(servers.seen.length - calm.seen.length).toBeLessThan(kills * roles.length * concurrency);
    const sessions = readWholeLines<{ readonly end: string }>(join(path, 'sessions.jsonl'));
    expect(sessions.map(({ end }) => end)).toEqual([...Array(kills).fill('killed'), 'finished']);
  });
});
