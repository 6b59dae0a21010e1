import { createRandom } from '@scalequest/core';
import { createOpenAiClient, findReward, type ModelClient } from '@scalequest/models';
import { type ModelServer, type ModelServerOptions, startModelServer } from '@scalequest/test-kit';
import type { RecipeModel } from '../engine/shard-models.ts';
import type { QuestionPrefix } from '../prompts/question-prefixes.ts';
import { type CaseName, caseNames, type ScriptedCase, type ScriptedReply, scriptedCases } from './scripted-cases.ts';

/** Models behind servers of their own, and what the generators asked. */
export interface ScriptedModels extends AsyncDisposable {
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly servers: Readonly<Record<string, ModelServer>>;
  /** How many questions of each case the generators have asked. */
  readonly asked: ReadonlyMap<CaseName, number>;
}

export interface ScriptedModelsOptions {
  /** Of each generator. */
  readonly prefixes: Readonly<Record<string, QuestionPrefix>>;
  /** @defaultValue every case, each as often */
  readonly cases?: readonly CaseName[];
  /** Further servers by their role, or others in the place of those that are there. */
  readonly others?: Readonly<Record<string, ModelServerOptions>>;
}

/** A question as a generator of the script asks it. */
export interface ScriptedQuestion {
  readonly name: CaseName;
  readonly sum: number;
}

/** Reads a question's case and its sum out of any text that holds the question. */
export function readScripted(text: string): ScriptedQuestion {
  const [, name = '', a = '', b = ''] = /\[([a-z-]+)\] \w+ has (\d+) marbles and finds (\d+)/.exec(text) ?? [];
  if (!Object.hasOwn(scriptedCases, name)) throw new Error(`No question of the script: ${text}`);
  return { name: name as CaseName, sum: Number(a) + Number(b) };
}

const nouns =
  'river lamp garden window bridge letter candle basket mirror hammer pencil ladder kitchen tower blanket bottle carpet drawer engine feather glove hedge island jacket kettle lantern meadow needle orchard pillow quilt ribbon saddle teapot umbrella valley wagon yard zebra barrel chimney doorstep envelope fountain gate harbour'.split(
    ' ',
  );

/** Which question a seed gives: the same one whenever it is asked. */
export function drawQuestion(
  generator: string,
  seed: number,
  cases: readonly CaseName[],
): ScriptedQuestion & { readonly text: string } {
  const random = createRandom(`${generator}/${seed}`);
  const name = random.pick(cases as readonly [CaseName, ...CaseName[]]);
  const [a, b] = [random.integer({ min: 10, max: 99 }), random.integer({ min: 10, max: 99 })];
  const serial = random.integer({ min: 1, max: 10 ** 9 });
  const things = random.shuffle(nouns).slice(0, 18).join(', a ');
  // In words of its own, so that no two questions are near-duplicates.
  const text = `[${name}] Ann${serial} has ${a} marbles and finds ${b} more. She sees a ${things}. How many has she now?`;
  return { name, sum: a + b, text };
}

/** Starts generators, a judge, a responder, a solver that is both, a regressor of difficulty and a reward model, each a server. */
export async function startScriptedModels({
  prefixes,
  cases = caseNames,
  others = {},
}: ScriptedModelsOptions): Promise<ScriptedModels> {
  const scripts: Record<string, ModelServerOptions> = {
    judge: { reply: ({ text }) => getCase(text).judged },
    responder: { reply: answer, misbehaviours: [{ kind: 'status', status: 400, when: isRefused }] },
    // Has both roles.
    solver: {
      reply: (request) => (isJudging(request) ? getCase(request.text).judged : answer(request)),
      misbehaviours: [{ kind: 'status', status: 400, when: (request) => !isJudging(request) && isRefused(request) }],
    },
    difficulty: {
      shape: 'vllm',
      reward: ({ text }) => (text.includes('marbles') ? scoreScripted(text) : text.includes('answer is 42') ? 1 : 0),
    },
    reward: {
      shape: 'vllm',
      reward: ({ text }) =>
        text.includes('marbles and finds') ? rewardScripted(text) : text.includes('answer is 42') ? 1 : -1,
      misbehaviours: [{ kind: 'status', status: 400, when: ({ body }) => JSON.stringify(body).includes('[unscored]') }],
    },
    ...others,
  };
  const asked = new Map<CaseName, number>();
  for (const [generator, prefix] of Object.entries(prefixes)) {
    scripts[generator] ??= {
      reply: ({ seed = 0, text, kind }) => {
        if (kind !== 'completion' || text !== prefix.prefix) throw new Error(`No bare prefix: ${text}`);
        const { name, text: question } = drawQuestion(generator, seed, cases);
        const { asked: end }: ScriptedCase = scriptedCases[name];
        asked.set(name, (asked.get(name) ?? 0) + 1);
        if (end === 'empty') return ` \n${prefix.ending}`;
        if (end === 'cut') return { text: ` ${question.slice(0, -20)}`, finishReason: 'length' };
        return ` ${question}\n${prefix.ending} and what a model says behind its end`;
      },
    };
  }
  const servers: Record<string, ModelServer> = {};
  const clients: ModelClient[] = [];
  const models: Record<string, RecipeModel> = {};
  for (const [role, script] of Object.entries(scripts)) {
    const server = await startModelServer(script);
    const client = createOpenAiClient({ model: role, baseUrls: [server.baseUrl] });
    servers[role] = server;
    clients.push(client);
    models[role] = script.reward === undefined ? { client } : { client, reward: await findReward(client) };
  }
  return {
    models,
    servers,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) await client.close();
      for (const server of Object.values(servers)) await server.close();
    },
  };
}

interface Asked {
  readonly text: string;
}

const answer = ({ text, choice }: Asked & { readonly choice: number }): ScriptedReply | string =>
  answerScripted(readScripted(text))[choice] ?? '';
const isRefused = ({ text }: Asked): boolean => getCase(text).answered === 'refused';
const isJudging = ({ text }: Asked): boolean => text.includes('Verdict: Yes');

function getCase(text: string): ScriptedCase {
  return scriptedCases[readScripted(text).name];
}

/** What the regressor says: any number, the same for the same question. */
function scoreScripted(text: string): number {
  return createRandom(`difficulty/${/Ann\d+/.exec(text)?.[0]}`).next();
}

/** The five responses to a question, no two alike but for empty ones. */
export function answerScripted({ name, sum }: ScriptedQuestion): readonly ScriptedReply[] {
  const { answered }: ScriptedCase = scriptedCases[name];
  if (answered === 'refused') return [];
  return answered(sum).map(({ text, ...end }, place) => ({
    text: text === '' ? '' : `Draft ${place + 1}: ${text}`,
    ...end,
  }));
}

/** The reward of the response behind the question: that of its place among the five. */
function rewardScripted(text: string): number {
  const asked = readScripted(text);
  const { rewards = [] }: ScriptedCase = scriptedCases[asked.name];
  const said = text.slice(text.indexOf('\n') + 1);
  return rewards[answerScripted(asked).findIndex((reply) => reply.text === said)] ?? 0;
}
