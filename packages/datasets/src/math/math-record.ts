import { sha256Hex } from '@scalequest/core';
import { z } from 'zod';
import type { ExcludedRecord } from '../benchmark.ts';
import type { Problem } from '../problem.ts';
import { findLastBoxed } from './last-boxed.ts';

/** A record of MATH as its repository and its copies write it. */
export interface MathRecord {
  readonly problem: string;
  /** `Level 1` to `Level 5`; `Level ?` twice in train. */
  readonly level: string;
  readonly type: string;
  readonly solution: string;
}

export const mathRecordSchema: z.ZodType<MathRecord> = z.object({
  problem: z.string(),
  level: z.string(),
  type: z.string(),
  solution: z.string(),
});

/** The names of the subjects by the names of their folders. Copies use the one or the other. */
export const mathSubjects: Readonly<Record<string, string>> = {
  algebra: 'Algebra',
  counting_and_probability: 'Counting & Probability',
  geometry: 'Geometry',
  intermediate_algebra: 'Intermediate Algebra',
  number_theory: 'Number Theory',
  prealgebra: 'Prealgebra',
  precalculus: 'Precalculus',
};

/** The folder of a subject: `Counting & Probability` and `counting_and_probability` are the same. */
export function getSubjectFolder(subject: string): string {
  return subject.trim().toLowerCase().replaceAll('&', 'and').replaceAll(/\s+/g, '_');
}

/** The level as a number; null for `Level ?`. */
export function readLevel(level: string | number): number | null {
  const digits = /^(?:Level )?([1-5])$/.exec(String(level))?.[1];
  return digits === undefined ? null : Number(digits);
}

export interface MathMeta {
  readonly level: number | null;
  readonly subject: string;
  readonly solution: string;
  /** Whether the problem shows a drawing, as `[asy]` code. */
  readonly hasDrawing: boolean;
}

export function describeMathRecord(record: {
  readonly problem: string;
  readonly level: string | number;
  readonly subject: string;
  readonly solution: string;
}): MathMeta & Record<string, unknown> {
  return {
    level: readLevel(record.level),
    subject: mathSubjects[getSubjectFolder(record.subject)] ?? record.subject,
    solution: record.solution,
    hasDrawing: record.problem.includes('[asy]'),
  };
}

/** The id of a problem whose original file name is not known: the same in every copy, whatever its order. */
export function makeTextId(split: string, record: MathRecord): string {
  return `${split}/${getSubjectFolder(record.type)}/${sha256Hex(record.problem.trim()).slice(0, 12)}`;
}

/** Copies differ in the spaces around a problem, so these are cut: they are in neither prompt, id nor pin. */
export function parseMathRecord(record: MathRecord, id: string): Problem | ExcludedRecord {
  const reference = findLastBoxed(record.solution);
  if (reference === undefined) return { excluded: `${id}: the solution has no \\boxed answer` };
  if (reference === '') return { excluded: `${id}: the \\boxed answer of the solution is empty` };
  return {
    id,
    problem: record.problem.trim(),
    reference,
    meta: describeMathRecord({ ...record, subject: record.type }),
  };
}
