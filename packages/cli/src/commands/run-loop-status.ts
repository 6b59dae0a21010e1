import { readLoopStatus } from '@scalequest/loop';
import type { ExitCode } from '../main.ts';
import { formatLoopStatus } from '../output/format-loop-status.ts';
import { loops } from '../setup/open-loop.ts';

interface JsonFlag {
  readonly json?: boolean;
}

export function printLoops({ json }: JsonFlag): ExitCode {
  if (json === true) {
    console.log(JSON.stringify({ loops: loops.map(({ arms, ...loop }) => ({ ...loop, arms: arms.map(nameArm) })) }));
    return 0;
  }
  for (const { name, description, sizes, arms } of loops) {
    const set = Object.entries(sizes).map(([key, size]) => `${key}=${size}`);
    console.log(
      [`${name}: ${description}`, `  sizes: ${set.join(' ')}`, `  arms: ${arms.map(nameArm).join(', ')}`].join('\n'),
    );
  }
  return 0;
}

function nameArm({ name }: { readonly name: string }): string {
  return name;
}

export async function printLoopStatus(folder: string, { json }: JsonFlag): Promise<ExitCode> {
  const status = await readLoopStatus(folder);
  console.log(json === true ? JSON.stringify(status) : formatLoopStatus(status, { nowMs: Date.now() }));
  return 0;
}
