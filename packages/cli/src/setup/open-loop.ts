import { describeCloseNames, excerpt } from '@scalequest/core';
import {
  type Arm,
  arms,
  type LoopRecipe,
  type NanoSizes,
  nanoLoop,
  nanoSizes,
  type TrainAccess,
} from '@scalequest/loop';
import { CliError } from '../errors.ts';

/** What a command line says of a loop. */
export interface LoopChoices {
  /** Names, joined by commas. @defaultValue all */
  readonly arms?: string;
  /** Each as `key=value`. */
  readonly set: readonly string[];
  /** @defaultValue 1 */
  readonly scale?: number;
}

/** The loops that can be run, for `scalequest loop list`. */
export const loops: readonly {
  readonly name: string;
  readonly description: string;
  readonly sizes: NanoSizes;
  readonly arms: readonly Arm[];
}[] = [
  {
    name: 'nano',
    description: 'ScaleQuest in miniature with its controls, on a CPU, with the embedded model.',
    sizes: nanoSizes,
    arms,
  },
];

/** `word-problems` has no more. */
const mostProblems = 1000;

/** @throws CliError `BAD_OPTION` */
export function openLoop(name: string, choices: LoopChoices, access: TrainAccess): LoopRecipe {
  const names = loops.map((loop) => loop.name);
  if (!names.includes(name)) {
    throw refuse({
      what: `Loop ${excerpt(name)} is not known.`,
      why: describeCloseNames(name, names),
      next: 'Run `scalequest loop list` for all.',
    });
  }
  return nanoLoop(access, { ...readSizes(choices), arms: chooseArms(choices.arms) });
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
