import { readLoopStatus } from '@scalequest/loop';
import type { ExitCode } from '../main.ts';
import { formatLoopStatus } from '../output/format-loop-status.ts';
import { loops } from '../setup/open-loop.ts';

interface JsonFlag {
  readonly json?: boolean;
}

export function printLoops({ json }: JsonFlag): ExitCode {
  if (json === true) {
    console.log(JSON.stringify({ loops: loops.map(({ arms, ...loop }) => ({ ...loop, arms: arms?.map(nameArm) })) }));
    return 0;
  }
  for (const { name, description, sizes, arms } of loops) {
    const lines = [`${name}: ${description}`];
    if (sizes !== undefined) lines.push(`  sizes: ${listSizes(sizes)}`);
    if (arms !== undefined) lines.push(`  arms: ${arms.map(nameArm).join(', ')}`);
    console.log(lines.join('\n'));
  }
  return 0;
}

function listSizes(sizes: object): string {
  return Object.entries(sizes)
    .map(([key, size]) => `${key}=${size}`)
    .join(' ');
}

function nameArm({ name }: { readonly name: string }): string {
  return name;
}

export async function printLoopStatus(folder: string, { json }: JsonFlag): Promise<ExitCode> {
  const status = await readLoopStatus(folder);
  console.log(json === true ? JSON.stringify(status) : formatLoopStatus(status, { nowMs: Date.now() }));
  return 0;
}
