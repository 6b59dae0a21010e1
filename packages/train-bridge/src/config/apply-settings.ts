import { isDeepStrictEqual } from 'node:util';
import { describeCloseNames, excerpt } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import { listConfigKeys } from './config-keys.ts';
import { type TrainConfig, trainConfigSchema } from './train-config.ts';

/** What a user sets over a recipe, by key: `{ 'optimizer.learningRate': 1e-5 }`. Null takes an optional part away. */
export type TrainSettings = Readonly<Record<string, unknown>>;

/**
 * What may differ between two attempts of one run: none of these changes which weights come out. The worker has the same list
 * (`python/sq_train/config.py`), which a test compares.
 */
export const unhashedKeys: ReadonlySet<string> = new Set([
  'run',
  'threads',
  'device',
  'microBatchSize',
  'activationCheckpointing',
  'sharding',
  'checkpointEverySteps',
  'keepCheckpoints',
  'logEverySteps',
  'export',
  'allowDrift',
]);

const modelAdvice = 'It is the recipe that says whether a model is new; one to go on from is given with --model.';

/** What has a flag of its own, or is the run's and nobody's to set. */
const otherFlags: ReadonlyMap<string, string> = new Map(
  Object.entries({
    version: 'It is the format of the file.',
    kind: 'It is the recipe that says what is learnt.',
    run: 'It is made from what is trained.',
    seed: 'Give --seed.',
    maxSteps: 'Give --steps.',
    data: 'Give --data.',
    // Its files are hashed for the lineage, and a path in the configuration is not.
    'model.kind': modelAdvice,
    'model.path': modelAdvice,
  }),
);

/** Of two that say the same thing, setting one takes the other away. */
const alternatives: Readonly<Record<string, string>> = {
  'schedule.warmupSteps': 'schedule.warmupShare',
  'schedule.warmupShare': 'schedule.warmupSteps',
};

/**
 * `key=value` as a command line gives it. The value is JSON, or else a text.
 *
 * @throws TrainBridgeError `BAD_SETTING`
 */
export function parseSetting(text: string): readonly [key: string, value: unknown] {
  const border = text.indexOf('=');
  if (border <= 0) {
    throw new TrainBridgeError({
      code: 'BAD_SETTING',
      kind: 'request',
      what: `Setting '${excerpt(text)}' has no form KEY=VALUE.`,
      next: 'Write it as optimizer.learningRate=1e-5.',
      fields: { text },
    });
  }
  const [key, value] = [text.slice(0, border).trim(), text.slice(border + 1).trim()];
  try {
    return [key, JSON.parse(value)];
  } catch {
    return [key, value];
  }
}

/**
 * The configuration with the settings over it, checked.
 *
 * @throws TrainBridgeError `BAD_SETTING` for a key that there is not and for a value that the schema does not take
 */
export function applySettings(config: TrainConfig, settings: TrainSettings): TrainConfig {
  const changed = structuredClone(config) as unknown as Tree;
  // The kind of a part comes first: its other keys are those of that kind.
  const sorted = Object.entries(settings).sort(([a], [b]) => Number(isKind(b)) - Number(isKind(a)));
  for (const [key, value] of sorted) {
    refuseForeign(key);
    setAt(changed, key, value);
  }
  const checked = trainConfigSchema.safeParse(changed);
  if (checked.success) {
    if (!isDeepStrictEqual(pickSource(checked.data), pickSource(config))) throw refuse('model', modelAdvice);
    return checked.data;
  }
  throw explain(config, settings, checked.error.issues);
}

type Tree = { [key: string]: unknown };

function isKind(key: string): boolean {
  return key.endsWith('.kind');
}

function findAdvice(key: string): string | undefined {
  return otherFlags.get(key) ?? otherFlags.get(key.split('.')[0] ?? '');
}

function refuseForeign(key: string): void {
  const advice = findAdvice(key);
  if (advice !== undefined) throw refuse(key, advice);
}

/** Where the model comes from. */
function pickSource({ model }: TrainConfig): unknown {
  return model.kind === 'load' ? model : model.kind;
}

function refuse(key: string, advice: string): TrainBridgeError {
  return new TrainBridgeError({
    code: 'BAD_SETTING',
    kind: 'request',
    what: `'${key}' cannot be set.`,
    why: advice,
    next: 'Leave it out of the settings.',
    fields: { key },
  });
}

function setAt(tree: Tree, key: string, value: unknown): void {
  const path = key.split('.');
  const last = path.pop() as string;
  let at = tree;
  for (const name of path) {
    // Its own only: every object also has a `constructor`, which is no setting.
    const child = Object.hasOwn(at, name) ? at[name] : undefined;
    at = typeof child === 'object' && child !== null ? (child as Tree) : addTree(at, name);
  }
  if (isKind(key) && at.kind !== value) for (const name of Object.keys(at)) delete at[name];
  const other = alternatives[key];
  if (other !== undefined) delete at[other.slice(other.lastIndexOf('.') + 1)];
  if (value === null) delete at[last];
  else put(at, last, value);
}

function addTree(at: Tree, name: string): Tree {
  const child: Tree = {};
  put(at, name, child);
  return child;
}

/** As a key like any other, also where its name is `__proto__`: so the schema sees and refuses it. */
function put(at: Tree, name: string, value: unknown): void {
  Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
}

type Issue = Readonly<{ code?: string | undefined; path: readonly PropertyKey[]; message: string }>;

function explain(config: TrainConfig, settings: TrainSettings, issues: readonly Issue[]): TrainBridgeError {
  const issue = issues[0] as Issue & { readonly keys?: readonly string[] };
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys?.[0] : undefined;
  const key = [...issue.path, ...(unknown === undefined ? [] : [unknown])].join('.');
  const isSet = Object.keys(settings).some((set) => set === key || set.startsWith(`${key}.`));
  const known = listConfigKeys(config.kind).filter((name) => findAdvice(name) === undefined);
  if (unknown !== undefined) {
    const close = describeCloseNames(key, known);
    return new TrainBridgeError({
      code: 'BAD_SETTING',
      kind: 'request',
      what: `A training of kind ${config.kind} has no setting '${key}'.`,
      ...(close === '' ? {} : { why: close }),
      next: `There are: ${known.join(', ')}.`,
      fields: { key },
    });
  }
  const given = Object.entries(settings)
    .map(([name, value]) => `${name}=${excerpt(JSON.stringify(value) ?? 'undefined')}`)
    .join(', ');
  return new TrainBridgeError({
    code: 'BAD_SETTING',
    kind: 'request',
    what: isSet
      ? `Setting '${key}' is ${excerpt(JSON.stringify(settings[key]) ?? 'not whole')}.`
      : `The settings do not fit each other, at '${key}'.`,
    why: `${issue.message}.`,
    next: `Correct the setting. Set were: ${given}.`,
    fields: { key },
  });
}
