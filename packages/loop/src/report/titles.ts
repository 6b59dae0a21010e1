import { arms } from '../recipes/nano/arms.ts';
import type { AskedMeasure } from './report-data.ts';

const titles: ReadonlyMap<string, string> = new Map(arms.map(({ name, title }) => [name, title]));

/** An arm in words; the name of one that is not known. */
export function titleArm(arm: string): string {
  return titles.get(arm) ?? arm;
}

const generators: Readonly<Record<string, string>> = {
  before: 'The solver before QFT',
  seeds: 'Seed questions',
  qft: 'After QFT',
  qpo: 'After QPO',
  'sft-chosen': 'After SFT on the chosen (control of QPO)',
};

export function titleGenerator(generator: string): string {
  return generators[generator] ?? generator;
}

export const measureTitles: Readonly<Record<AskedMeasure, string>> = {
  valid: 'Valid questions',
  distinct: 'Distinct questions',
  byHeart: 'Seed questions told by heart',
  meanSteps: 'Steps of a valid question, mean',
};
