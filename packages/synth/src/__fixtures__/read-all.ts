import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ManifestEntry, readManifest } from '../engine/manifest.ts';
import { readDataset } from '../engine/read-dataset.ts';

/** All that must be the same of two runs: the rows, the manifest's lines in any order, and the bytes of every shard. */
export async function readAll(
  folder: string,
): Promise<{ readonly rows: unknown[]; readonly manifest: string[]; readonly files: Record<string, string> }> {
  const rows: unknown[] = [];
  for await (const row of readDataset(folder)) rows.push(row);
  const manifest: ManifestEntry[] = [];
  for await (const entry of readManifest(folder)) manifest.push(entry);
  const shards = join(folder, 'shards');
  const names = readdirSync(shards, { recursive: true }).map(String).sort();
  const files = names.flatMap((name) =>
    /\.(gz|memory)$/.test(name) ? [[name, readFileSync(join(shards, name)).toString('base64')] as const] : [],
  );
  return { rows, manifest: manifest.map((entry) => JSON.stringify(entry)).sort(), files: Object.fromEntries(files) };
}

/** The requests with an end in the journals of open shards, such as `ask one/17`. */
export function readFinished(folder: string): string[] {
  const open = join(folder, 'open');
  if (!existsSync(open)) return [];
  return readdirSync(open, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('answers.jsonl'))
    .flatMap((name) => readFileSync(join(open, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => (JSON.parse(line) as { key: string }).key)
    .map((key) =>
      key
        .replace(/^asker:/, 'ask ')
        .replace(/^judge:/, 'judge ')
        .replace(/#0$/, ''),
    );
}
