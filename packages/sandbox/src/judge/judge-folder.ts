import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder that the programs of one judge may write. */
export async function makeJudgeFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'scalequest-sandbox-'));
}
