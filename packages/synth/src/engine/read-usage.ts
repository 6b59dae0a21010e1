import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists, readJsonLines } from '@scalequest/core';
import { requestJournalFiles } from '@scalequest/runs';
import { z } from 'zod';
import { readManifest } from './manifest.ts';
import { type RecipeRecord, readRecipeRecord } from './run-folder.ts';
import type { Usage } from './shard-models.ts';

const answerSchema = z.object({
  key: z.string(),
  response: z.object({
    usage: z.object({ promptTokens: z.number(), completionTokens: z.number() }).optional(),
  }),
});

/**
 * What the answers took that a run has on its disk, by role: those of shards that are done, and those in the journals of open ones. No
 * kill takes anything from it, unlike the figures of sessions; requests that were lost or failed are in those alone.
 *
 * @throws SynthError `RECIPE_UNREADABLE`, `MANIFEST_DAMAGED`
 */
export async function readRoleUsage(folder: string): Promise<Readonly<Record<string, Usage>>> {
  const record = await readRecipeRecord(folder);
  const roles: Record<string, { requests: number; promptTokens: number; completionTokens: number }> = {};
  const add = (role: string, usage: Usage): void => {
    const sums = roles[role] ?? { requests: 0, promptTokens: 0, completionTokens: 0 };
    roles[role] = sums;
    sums.requests += usage.requests;
    sums.promptTokens += usage.promptTokens;
    sums.completionTokens += usage.completionTokens;
  };
  const isSealed = new Set<string>();
  for await (const { stage, generator, number, usage } of readManifest(folder)) {
    isSealed.add(`${stage}/${generator}-${String(number).padStart(6, '0')}`);
    const role = findRole(record, { stage, generator });
    if (usage !== undefined && role !== undefined) add(role, usage);
  }
  const open = join(folder, 'open');
  for (const shard of (await pathExists(open)) ? await readdir(open, { recursive: true }) : []) {
    const path = join(open, shard, requestJournalFiles.answers);
    if (isSealed.has(shard) || !(await pathExists(path))) continue;
    for await (const { value } of readJsonLines(path, { onBadLine: () => undefined })) {
      const parsed = answerSchema.safeParse(value);
      if (!parsed.success) continue;
      const { key, response } = parsed.data;
      const usage = response.usage ?? { promptTokens: 0, completionTokens: 0 };
      add(key.slice(0, key.indexOf(':')), { requests: 1, ...usage });
    }
  }
  return roles;
}

/** Whom a stage asks about a generator's rows: undefined where it asks several, and nobody can tell which. */
function findRole(
  { stages }: RecipeRecord,
  { stage, generator }: { readonly stage: string; readonly generator: string },
): string | undefined {
  const roles = stages.find(({ name }) => name === stage)?.models ?? [];
  return roles.length === 1 ? roles[0] : roles.find((role) => role === generator);
}
