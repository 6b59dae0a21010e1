import { readManifest } from '../engine/manifest.ts';
import { readDataset } from '../engine/read-dataset.ts';
import type { Row } from '../engine/row.ts';

/** The rows of a run's dataset, and how often each stage dropped for each reason, as `stage: reason`. */
export async function readOutcome(
  folder: string,
): Promise<{ readonly rows: readonly Row[]; readonly drops: Readonly<Record<string, number>> }> {
  const drops: Record<string, number> = {};
  for await (const { stage, dropped } of readManifest(folder)) {
    for (const [reason, count] of Object.entries(dropped)) {
      drops[`${stage}: ${reason}`] = (drops[`${stage}: ${reason}`] ?? 0) + count;
    }
  }
  const rows: Row[] = [];
  for await (const row of readDataset(folder)) rows.push(row);
  return { rows, drops };
}
