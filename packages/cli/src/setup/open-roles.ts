import { basename } from 'node:path';
import { excerpt, hashFile, readEnvironment, Secret } from '@scalequest/core';
import type { Budget, FollowedEndpoints, ModelClient, TokenPrices } from '@scalequest/models';
import type { OpenedRecipe, RecipeModel, StageReward } from '@scalequest/synth';
import { CliError } from '../errors.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { followEndpoints } from './follow-endpoints.ts';

/** Who answers for each role of a recipe, each as `ROLE=VALUE`. */
export interface RoleFlags {
  readonly endpoint?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly model?: readonly string[];
  readonly keyEnv?: readonly string[];
  readonly price?: readonly string[];
  readonly requestsPerSecond?: number;
  readonly tokensPerMinute?: number;
  readonly maxCost?: number;
  readonly maxConcurrency?: number;
  /** In seconds. */
  readonly timeout?: number;
}

/** What the flags say of one role. */
type ChosenRole =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'own' }
  | {
      readonly kind: 'server';
      readonly model: string;
      /** None where a file lists them. */
      readonly baseUrls: readonly string[];
      readonly endpointsFile: string | undefined;
      readonly key: Secret | undefined;
      readonly prices: TokenPrices | undefined;
    };

export interface OpenedRoles {
  readonly models: Readonly<Record<string, RecipeModel>>;
  readonly close: () => Promise<void>;
}

export interface OpenRolesInput {
  readonly opened: OpenedRecipe;
  readonly flags: RoleFlags;
  readonly file: ConfigurationFile;
  /** What earlier sessions of the run have cost, by the prices of each role. Asked where there is a bound. */
  readonly readSpent: (prices: Readonly<Record<string, TokenPrices>>) => Promise<number>;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The roles of a recipe, in the order in which its stages ask them. */
export function listRoles({ recipe }: Pick<OpenedRecipe, 'recipe'>): readonly string[] {
  return [...new Set(recipe.stages.flatMap(({ models = [] }) => models))];
}

/**
 * Connects each role with who answers for it: servers, a file, or what the recipe brings along.
 *
 * @throws CliError `BAD_OPTION`, `NO_MODEL`; ModelsError where a model gives no rewards
 */
export async function openRoles({ opened, flags, file, readSpent, say, signal }: OpenRolesInput): Promise<OpenedRoles> {
  const roles = listRoles(opened);
  const chosen = chooseRoles({ roles, flags, file, hasOwn: opened.openModel !== undefined });
  const { createBudget } = await import('@scalequest/models');
  const { requestsPerSecond, tokensPerMinute, maxCost } = flags;
  const spent = maxCost === undefined ? 0 : await readSpent(listPrices(chosen));
  const budget = createBudget({
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    ...(maxCost === undefined ? {} : { maxCost: Math.max(0, maxCost - spent) }),
  });
  const rewards = new Map(opened.recipe.stages.flatMap((stage) => stage.rewards ?? []).map((one) => [one.role, one]));
  const models: Record<string, RecipeModel> = {};
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(closers.map((one) => one()));
  };
  try {
    for (const [role, one] of chosen) {
      const model = await openRole(role, one, {
        ...{ opened, flags, budget, say, signal, closers, reward: rewards.get(role) },
      });
      if (model === undefined) throw missingRoles([role], { roles, hasOwn: true });
      models[role] = model;
    }
    return { models, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listPrices(chosen: ReadonlyMap<string, ChosenRole>): Readonly<Record<string, TokenPrices>> {
  const priced = [...chosen].flatMap(([role, one]) =>
    one.kind === 'server' && one.prices !== undefined ? [[role, one.prices] as const] : [],
  );
  return Object.fromEntries(priced);
}

interface OpenRoleInput extends Pick<OpenRolesInput, 'opened' | 'flags' | 'say' | 'signal'> {
  readonly budget: Budget;
  readonly reward: StageReward | undefined;
  /** Takes what must be closed. */
  readonly closers: (() => Promise<void>)[];
}

async function openRole(role: string, chosen: ChosenRole, input: OpenRoleInput): Promise<RecipeModel | undefined> {
  const { opened, flags, budget, closers, reward, say, signal } = input;
  const { createLlamaThread, createOpenAiClient, findReward } = await import('@scalequest/models');
  if (chosen.kind === 'own') {
    const model = await opened.openModel?.(role);
    if (model !== undefined) closers.push(() => model.client.close());
    return model;
  }
  if (chosen.kind === 'file') {
    const [client, sha256] = await Promise.all([createLlamaThread({ path: chosen.path }), hashFile(chosen.path)]);
    closers.push(() => client.close());
    return { client, identity: { name: basename(chosen.path), sha256 } };
  }
  const { model, baseUrls, endpointsFile, key, prices } = chosen;
  const followed: FollowedEndpoints | undefined =
    endpointsFile === undefined ? undefined : await followEndpoints(endpointsFile, say);
  if (followed !== undefined) closers.push(async () => followed.close());
  const telemetry = await openTelemetry({ benchmark: opened.recipe.name, model, say });
  const client = createOpenAiClient({
    ...{ model, budget },
    ...(followed === undefined ? { baseUrls } : { endpoints: followed }),
    ...(key === undefined ? {} : { apiKey: key }),
    ...(prices === undefined ? {} : { prices }),
    ...(telemetry === undefined ? {} : { onCall: telemetry.onCall }),
    ...(flags.maxConcurrency === undefined ? {} : { maxConcurrency: flags.maxConcurrency }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1000 }),
  });
  telemetry?.watch(client);
  closers.push(async () => void (await Promise.all([telemetry?.close(), client.close()])));
  if (reward === undefined) return { client: client as ModelClient };
  const canary = reward.canary === undefined ? {} : { canary: reward.canary };
  const found = await findReward(client, { ...canary, signal });
  say(`${role}: rewards by ${found.way} (canaries: ${found.goodScore} and ${found.badScore}).`);
  return { client, reward: found };
}

function chooseRoles({
  roles,
  flags,
  file,
  hasOwn,
}: {
  readonly roles: readonly string[];
  readonly flags: RoleFlags;
  readonly file: ConfigurationFile;
  readonly hasOwn: boolean;
}): ReadonlyMap<string, ChosenRole> {
  const urls = readPairs('--endpoint', flags.endpoint, roles);
  const files = readPairs('--endpoints', flags.endpoints, roles);
  const names = readPairs('--model', flags.model, roles);
  const keys = readPairs('--key-env', flags.keyEnv, roles);
  const prices = readPairs('--price', flags.price, roles);
  const missing: string[] = [];
  const chosen = new Map<string, ChosenRole>();
  for (const role of roles) {
    const name = names.get(role);
    const url = urls.get(role);
    const endpointsFile = files.get(role);
    const isServer = url !== undefined || endpointsFile !== undefined;
    if (url !== undefined && endpointsFile !== undefined) {
      throw badOption(`--endpoint and --endpoints both say whom to ask for '${role}'.`, 'Leave one of them out.');
    }
    if (name?.startsWith('gguf:') === true && !isServer) chosen.set(role, { kind: 'file', path: name.slice(5) });
    else if (!isServer && name === undefined && hasOwn) chosen.set(role, { kind: 'own' });
    else if (!isServer) missing.push(role);
    else if (name === undefined) {
      throw badOption(
        `Role '${role}' has an endpoint, and no model.`,
        `Name it as the server calls it: --model ${role}=NAME (\`curl URL/models\` lists them).`,
      );
    } else {
      chosen.set(role, {
        ...{ kind: 'server', model: name, endpointsFile },
        baseUrls: url?.split(',').filter((one) => one !== '') ?? [],
        key: readKey(role, keys.get(role)),
        prices: readPrices(role, { price: prices.get(role), listed: file.prices?.[name] }),
      });
    }
  }
  if (missing.length > 0) throw missingRoles(missing, { roles, hasOwn });
  requirePrices(chosen, flags);
  return chosen;
}

function readPairs(
  option: string,
  values: readonly string[] = [],
  roles: readonly string[],
): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const value of values) {
    const at = value.indexOf('=');
    const role = value.slice(0, Math.max(0, at));
    if (at < 1 || at === value.length - 1)
      throw badOption(`Option '${option}' is '${excerpt(value)}'.`, 'Give ROLE=VALUE.');
    if (!roles.includes(role)) {
      throw badOption(
        `Option '${option}' names a role '${excerpt(role)}', which the recipe has not.`,
        `Its roles are ${roles.join(', ')}.`,
      );
    }
    if (pairs.has(role)) throw badOption(`Option '${option}' is given twice for '${role}'.`, 'Leave one of them out.');
    pairs.set(role, value.slice(at + 1));
  }
  return pairs;
}

/** By default the key of all commands. */
function readKey(role: string, variable: string | undefined): Secret | undefined {
  if (variable === undefined) return readEnvironment().apiKey;
  const value = process.env[variable];
  if (value !== undefined && value !== '') return new Secret(value);
  throw badOption(
    `--key-env ${role}=${variable}: there is no such variable, or it is empty.`,
    `Set ${variable} to the key.`,
  );
}

function readPrices(
  role: string,
  {
    price,
    listed,
  }: { readonly price: string | undefined; readonly listed: { readonly in: number; readonly out: number } | undefined },
): TokenPrices | undefined {
  if (price === undefined) return listed === undefined ? undefined : { prompt: listed.in, completion: listed.out };
  const [prompt, completion, ...more] = price
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isRight = (one: number | undefined): one is number => one !== undefined && Number.isFinite(one) && one >= 0;
  if (isRight(prompt) && isRight(completion) && more.length === 0) return { prompt, completion };
  throw badOption(
    `Option '--price' is '${excerpt(price)}' for '${role}'.`,
    'Give two prices of a million tokens: 0.5,1.5.',
  );
}

/** What has no price cannot be bounded; a model in this process costs nothing. */
function requirePrices(chosen: ReadonlyMap<string, ChosenRole>, { maxCost }: RoleFlags): void {
  if (maxCost === undefined) return;
  const [role] = [...chosen].find(([, one]) => one.kind === 'server' && one.prices === undefined) ?? [];
  if (role === undefined) return;
  throw badOption(
    `Option '--max-cost' needs prices, and none are known for '${role}'.`,
    `Give --price ${role}=IN,OUT, per million tokens, or write them into the configuration file; 0 is a price.`,
  );
}

function missingRoles(
  missing: readonly string[],
  { roles, hasOwn }: { readonly roles: readonly string[]; readonly hasOwn: boolean },
): CliError {
  const flags = missing.map((role) => `--endpoint ${role}=URL --model ${role}=NAME`).join(' ');
  return new CliError({
    code: 'NO_MODEL',
    kind: 'request',
    what: `Nobody answers for ${missing.map((role) => `'${role}'`).join(', ')}.`,
    why: `The recipe's roles are ${roles.join(', ')}${hasOwn ? ', and none of its own models is for it' : ''}.`,
    next: `Give ${flags}. One server may answer for several roles.`,
    fields: { missing, roles },
  });
}

function badOption(what: string, next: string): CliError {
  return new CliError({ code: 'BAD_OPTION', kind: 'request', what, next });
}
