import { describeCloseNames, excerpt } from '@scalequest/core';
import {
  type Arm,
  arms,
  type LoopAccess,
  type LoopConfig,
  type LoopRecipe,
  loopNames,
  type NanoSizes,
  nanoLoop,
  nanoSizes,
  openLoop,
  parseLoopConfig,
  readLoopConfig,
} from '@scalequest/loop';
import { CliError } from '../errors.ts';

/** What a command line says of a loop. */
export interface LoopChoices {
  /** Names, joined by commas. @defaultValue all */
  readonly arms?: string;
  /** Each as `key=value`. */
  readonly set: readonly string[];
  /** @defaultValue 1, or what the configuration says */
  readonly scale?: number;
  /** Of a loop that is not `nano`: a JSON file with its models, servers and data. */
  readonly config?: string;
}

export interface ListedLoop {
  readonly name: string;
  readonly description: string;
  readonly sizes?: NanoSizes;
  readonly arms?: readonly Arm[];
}

/** The one that brings its models along. */
export const ownLoop = 'nano';

/** The loops that can be run, for `scalequest loop list`. */
export const loops: readonly ListedLoop[] = loopNames.map((name) =>
  name === ownLoop
    ? {
        ...{ name, sizes: nanoSizes, arms },
        description: 'ScaleQuest in miniature with its controls, on a CPU, with the embedded model.',
      }
    : { name, description: 'On your models, servers and GPUs (--config), see docs/reproduce-scalequest.md.' },
);

/** `word-problems` has no more. */
const mostProblems = 1000;

/**
 * The loop that a command line asks for.
 *
 * @throws CliError `BAD_OPTION`; LoopError `UNKNOWN_LOOP`, `BAD_CONFIG`; CoreError where the configuration cannot be read
 */
export async function openChosenLoop(name: string, choices: LoopChoices, access: LoopAccess): Promise<LoopRecipe> {
  if (name === ownLoop) {
    if (access.maxCost !== undefined) {
      throw refuse({
        what: `--max-cost is for loops that ask models with prices, and '${ownLoop}' asks none.`,
        why: '',
        next: 'Leave it out.',
      });
    }
    return nanoLoop(access, { ...readSizes(choices), arms: chooseArms(choices.arms) });
  }
  // A name that nobody knows is said before its configuration is looked for.
  const config = loopNames.includes(name) ? await readConfig(choices) : {};
  return openLoop(name, config, access);
}

async function readConfig({ config: path, arms: names, scale, set }: LoopChoices): Promise<LoopConfig> {
  const [size] = set;
  if (size !== undefined) {
    throw refuse({
      what: `--set ${excerpt(size)} is for the loop '${ownLoop}'.`,
      why: '',
      next: 'Put "counts" into the configuration file of this one (--config).',
    });
  }
  const read = path === undefined ? {} : await readLoopConfig(path);
  const flags = {
    ...(names === undefined ? {} : { arms: names.split(',').map((name) => name.trim()) }),
    ...(scale === undefined ? {} : { scale }),
  };
  return parseLoopConfig({ ...read, ...flags }, path ?? 'the command line');
}

function readSizes({ set, scale = 1 }: LoopChoices): NanoSizes {
  const scaled = Object.fromEntries(
    Object.entries(nanoSizes).map(([key, size]) => [key, Math.max(1, Math.round(size * scale))]),
  ) as unknown as NanoSizes;
  const sizes = { ...scaled, problems: Math.min(scaled.problems, mostProblems) };
  return { ...sizes, ...Object.fromEntries(set.map(readSize)) };
}

function readSize(text: string): readonly [string, number] {
  const split = text.indexOf('=');
  const key = split < 0 ? text : text.slice(0, split);
  const known = Object.keys(nanoSizes);
  if (split < 0 || !known.includes(key)) {
    throw refuse({
      what: `--set ${excerpt(text)} sets no size of this loop.`,
      why: split < 0 ? "It has no '='." : describeCloseNames(key, known),
      next: `There are: ${known.join(', ')}; give one as --set questions=100.`,
    });
  }
  const value = text.slice(split + 1);
  const size = value.trim() === '' ? Number.NaN : Number(value);
  const most = key === 'problems' ? mostProblems : Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(size) && size >= 1 && size <= most) return [key, size];
  throw refuse({
    what: `--set ${key} is ${value === '' ? 'empty' : excerpt(value)}.`,
    why: '',
    next: `Give a whole number ${key === 'problems' ? `from 1 to ${mostProblems}` : 'of at least 1'}.`,
  });
}

function chooseArms(text: string | undefined): readonly Arm[] {
  if (text === undefined) return arms;
  const names = arms.map(({ name }) => name);
  const asked = text.split(',').map((name) => name.trim());
  for (const name of asked) {
    if (names.includes(name)) continue;
    throw refuse({
      what: name === '' ? '--arms names no arm.' : `Arm ${excerpt(name)} is not known.`,
      why: describeCloseNames(name, names),
      next: `There are: ${names.join(', ')}.`,
    });
  }
  // In the recipe's order, so that the same arms are the same loop.
  return arms.filter(({ name }) => asked.includes(name));
}

function refuse({ what, why, next }: Record<'what' | 'why' | 'next', string>): CliError {
  return new CliError({
    ...{ code: 'BAD_OPTION', kind: 'request', what, next },
    ...(why === '' ? {} : { why }),
  });
}
