import { createRandom, type Random } from '@scalequest/core';
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
  const [, name = '', a = '', b = ''] = /\[([a-z-]+) (\d+)\+(\d+)\]/.exec(text) ?? [];
  if (!Object.hasOwn(scriptedCases, name)) throw new Error(`No question of the script: ${text}`);
  return { name: name as CaseName, sum: Number(a) + Number(b) };
}

/** What else may be told: plain English, and enough of it that no two questions are near-duplicates. */
const sentences = [
  'The river behind the house is cold in the morning.',
  'Her brother has painted the garden gate in green.',
  'They will have soup with bread when the work is done.',
  'A letter from an old friend came with the post today.',
  'The train to the city was late because of the snow.',
  'Nobody knows who left the lamp in the kitchen on.',
  'It has been raining since the beginning of the week.',
  'The cat sleeps on a pile of books beside the window.',
  'On the market there were more people than ever before.',
  'Grandfather tells a story about ships and their captains.',
  'The teacher is going to play the piano after lunch.',
  'Some of the apples on that tree are already ripe.',
  'We could hear the bells of the church from the hill.',
  'A carpenter is mending the chair that broke last year.',
  'Their neighbour grows roses and sells them in spring.',
  'The bakery at the corner opens very early on weekdays.',
  'You can see three islands from the top of the tower.',
  'She would like to learn how to sail in the summer.',
  'An owl lives in the barn and comes out at night.',
  'The museum shows paintings of horses and their riders.',
  'He is writing a song for the wedding of his sister.',
  'Most of the children went swimming in the lake.',
  'The clock in the hall stopped when the lights went out.',
  'Those who arrive first may choose where they want to sit.',
] as const;

/** In Dutch, without an accent. */
const foreignSentences = [
  'De trein naar de stad kwam te laat omdat er sneeuw lag.',
  'Haar broer heeft het hek van de tuin groen geverfd.',
  'Niemand weet wie de lamp in de keuken heeft laten branden.',
  'Op de markt waren er meer mensen dan ooit tevoren.',
  'Het heeft sinds het begin van de week niet geregend.',
  'De kat slaapt op een stapel boeken naast het raam.',
  'Een oude vriend heeft vandaag een lange brief gestuurd.',
  'Zijn vader vertelt graag verhalen over schepen en de zee.',
  'De bakker op de hoek gaat elke dag heel vroeg open.',
  'Wie het eerst komt mag kiezen waar hij wil zitten.',
  'Een uil woont in de schuur en komt alleen in de nacht.',
  'Zij zou in de zomer graag willen leren zeilen op het meer.',
] as const;
const foreignQuestion = 'Hoeveel knikkers heeft zij nu als ze er nog een paar vindt?';

/** Some sentences, so that no two questions are near-duplicates. */
export function drawSentences(random: Random, from: readonly string[] = sentences): string {
  return random.shuffle(from).slice(0, 6).join(' ');
}

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
  const asked = name === 'foreign' ? foreignQuestion : 'How many marbles has she now?';
  const who = name === 'accented' ? 'Renée' : 'Ann';
  const told = drawSentences(random, name === 'foreign' ? foreignSentences : sentences);
  const text = `[${name} ${a}+${b}] ${name === 'foreign' ? '' : `${who} has ${a} marbles, and finds ${b} more. `}${told} ${asked} (${serial})`;
  return { name, sum: a + b, text };
}

/** What each model of the script says: generators, a judge, a responder, a solver that is both, a regressor of difficulty, rewards. */
export function writeScripts(
  { prefixes, cases = caseNames, others = {} }: ScriptedModelsOptions,
  asked: Map<CaseName, number> = new Map(),
): Readonly<Record<string, ModelServerOptions>> {
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
      reward: ({ text }) =>
        hasQuestion(text) ? scoreScripted(text) : /answer is 42|and prove that/.test(text) ? 1 : 0,
    },
    reward: {
      shape: 'vllm',
      reward: ({ text }) => (hasQuestion(text) ? rewardScripted(text) : text.includes('answer is 42') ? 1 : -1),
      misbehaviours: [{ kind: 'status', status: 400, when: ({ body }) => JSON.stringify(body).includes('[unscored ') }],
    },
    ...others,
  };
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
  return scripts;
}

/** Starts the models of the script, each behind a server of its own. */
export async function startScriptedModels(options: ScriptedModelsOptions): Promise<ScriptedModels> {
  const asked = new Map<CaseName, number>();
  const servers: Record<string, ModelServer> = {};
  const clients: ModelClient[] = [];
  const models: Record<string, RecipeModel> = {};
  for (const [role, script] of Object.entries(writeScripts(options, asked))) {
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
const hasQuestion = (text: string): boolean => /\[[a-z-]+ \d+\+\d+\]/.test(text);
const isRefused = ({ text }: Asked): boolean => getCase(text).answered === 'refused';
const isJudging = ({ text }: Asked): boolean => text.includes('Verdict: Yes');

function getCase(text: string): ScriptedCase {
  return scriptedCases[readScripted(text).name];
}

/** What the regressor says: any number, the same for the same question. */
function scoreScripted(text: string): number {
  return createRandom(`difficulty/${/\((\d+)\)/.exec(text)?.[1]}`).next();
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
