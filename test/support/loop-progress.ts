import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepKind } from '@scalequest/loop';

/** What a step of each kind appends to while it goes on. */
const growing: Partial<Record<StepKind, string>> = {
  train: 'events.jsonl',
  synth: join('run', 'manifest.jsonl'),
  evaluate: 'journal.jsonl',
};

/** Counts what a step has come to, in lines. Nothing in it comes from a clock. */
export function readProgress(loop: string, { step, kind }: { readonly step: string; readonly kind: StepKind }): number {
  const path = join(loop, 'steps', step, growing[kind] ?? '');
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  // A worker says that it is alive as often as it has the time for.
  return lines.filter((line) => !line.includes('"t":"heartbeat"')).length;
}

/** The steps that are done, in the order in which they ended. */
export function listDone(loop: string): readonly string[] {
  const path = join(loop, 'steps.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { readonly step: string }).step);
}
