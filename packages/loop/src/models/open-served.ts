import { hashFile } from '@scalequest/core';
import { createOpenAiClient, findReward, type OpenAiClient } from '@scalequest/models';
import type { RecipeModel } from '@scalequest/synth';
import type { GivenModel, ServeChoice, ServerSettings } from '../config/loop-config.ts';
import type { StepContext } from '../engine/step.ts';
import { type CheckpointToServe, followFile, type ModelServers } from './model-servers.ts';
import { readKey } from './read-key.ts';
import { type ServeAccess, serveHere } from './serve-here.ts';
import { getTokenPrices, openLoopBudget } from './spending.ts';
import type { ModelOpener, OpenModelsInput, StepModel } from './step-model.ts';
import { waitForServers } from './wait-for-servers.ts';

/**
 * Opens models behind servers: those of the user's where they are; checkpoints, given ones and those that trainings made, as `serve`
 * says, for as long as the step works. A checkpoint that has several roles is served once.
 */
export function openServed(serve: ServeChoice, access: ServeAccess): ModelOpener {
  const getBudget = access.spending === undefined ? undefined : openLoopBudget(access.spending);
  return async (input) => {
    const { models, context } = input;
    const failing = new AbortController();
    const closers: (() => Promise<void>)[] = [];
    const close = async (): Promise<void> => {
      const ends = await Promise.allSettled(closers.splice(0).map((one) => one()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    };
    const begun = new Map<string, Promise<ModelServers>>();
    const begin = (wanted: CheckpointToServe): Promise<ModelServers> => {
      const same = JSON.stringify([wanted.checkpoint, wanted.name, wanted.settings]);
      const servers =
        begun.get(same) ??
        (serve.way === 'here'
          ? serveHere(wanted, { access, context, onEnd: (error) => failing.abort(error) })
          : waitForServers(wanted, { serve, context }));
      begun.set(same, servers);
      return servers;
    };
    const opening = Object.entries(models).map(async ([role, model]) => {
      const identity = await identify(model, context);
      const wanted = findCheckpoint(role, model, { serve, context, identity });
      const servers = await (wanted === undefined ? listServers(model, context) : begin(wanted));
      if (wanted === undefined) closers.push(servers.close);
      return [role, await ask(role, { model, servers, identity, input, access, getBudget, closers })] as const;
    });
    const opened = await Promise.allSettled(opening);
    for (const one of await Promise.allSettled(begun.values()))
      if (one.status === 'fulfilled') closers.push(one.value.close);
    const failure = opened.find((one) => one.status === 'rejected');
    if (failure === undefined) {
      const ready = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      return { models: Object.fromEntries(ready), failed: failing.signal, close };
    }
    await close().catch(() => undefined);
    throw failure.reason;
  };
}

interface AskOptions {
  readonly model: StepModel;
  readonly servers: ModelServers;
  readonly identity: ModelHash;
  readonly input: OpenModelsInput;
  readonly access: ServeAccess;
  /** Of what is paid for. Undefined where it is not bounded. */
  readonly getBudget: ReturnType<typeof openLoopBudget> | undefined;
  readonly closers: (() => Promise<void>)[];
}

async function ask(
  role: string,
  { model, servers, identity: made, input, access, getBudget, closers }: AskOptions,
): Promise<RecipeModel> {
  const { rewards = [], context } = input;
  const given = 'given' in model ? model.model : ({} as Partial<GivenModel>);
  const { keyEnv, concurrency, timeoutSeconds } = given;
  const prices = getTokenPrices(given);
  const budget = prices === undefined ? undefined : await getBudget?.(context);
  const name = nameModel(role, model);
  const client: OpenAiClient = createOpenAiClient({
    ...{ model: name, ...servers.where },
    ...(keyEnv === undefined ? {} : { apiKey: readKey(role, { variable: keyEnv, environment: access.environment }) }),
    ...(prices === undefined ? {} : { prices }),
    ...(budget === undefined ? {} : { budget }),
    ...(concurrency === undefined ? {} : { maxConcurrency: concurrency }),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  });
  closers.push(() => client.close());
  const identity = { name, ...made };
  const reward = rewards.find((one) => one.role === role);
  if (reward === undefined) return { client, identity };
  const canary = reward.canary === undefined ? {} : { canary: reward.canary };
  const found = await findReward(client, { ...canary, signal: context.stop });
  context.say(`${role}: rewards by ${found.way} (canaries: ${found.goodScore} and ${found.badScore}).`);
  return { client, identity, reward: found };
}

interface ModelHash {
  readonly sha256?: string;
}

/** A model that was made anew is another one. Where it is served is no part of it, nor is where a given one lies. */
async function identify(model: StepModel, { getFile }: StepContext): Promise<ModelHash> {
  if ('path' in model) return { sha256: await hashFile(model.path) };
  if ('given' in model) return {};
  return { sha256: await hashFile(getFile(model.step, 'weights')) };
}

function nameModel(role: string, model: StepModel): string {
  if ('given' in model) return model.model.model;
  return 'step' in model ? (model.called ?? model.step) : role;
}

/** Undefined where servers of the user's answer. */
function findCheckpoint(
  role: string,
  model: StepModel,
  {
    serve,
    context,
    identity,
  }: { readonly serve: ServeChoice; readonly context: StepContext; readonly identity: ModelHash },
): CheckpointToServe | undefined {
  const name = nameModel(role, model);
  const describe = (key: string, checkpoint: string): CheckpointToServe => {
    const { engine, args, gpus, maxContext, maxBatch, startTimeoutSeconds } = serve;
    const shared: ServerSettings = { engine, args, gpus, maxContext, maxBatch, startTimeoutSeconds };
    return { key, checkpoint, name, settings: { ...shared, ...serve.models?.[key] } };
  };
  if ('step' in model) return { ...describe(model.step, context.getFolder(model.step)), sha256: identity.sha256 };
  if ('path' in model) return describe(role, model.path);
  const { checkpoint } = model.model;
  return checkpoint === undefined ? undefined : describe(model.given, checkpoint);
}

/** The user's own. */
async function listServers(model: StepModel, { say }: StepContext): Promise<ModelServers> {
  const { endpoints, endpointsFile } = 'given' in model ? model.model : ({} as Partial<GivenModel>);
  if (endpointsFile === undefined) return { where: { baseUrls: endpoints ?? [] }, close: async () => undefined };
  return followFile(endpointsFile, say);
}
