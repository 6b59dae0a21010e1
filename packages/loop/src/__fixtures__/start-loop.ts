import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TemporaryFolder } from '@scalequest/test-kit';
import type { LoopEvent } from '../engine/run-loop.ts';

/** A loop in a process of its own. */
export interface RunningLoop {
  readonly child: ChildProcess;
  /** Those so far. */
  readonly events: readonly LoopEvent[];
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/**
 * Runs `loop.json` of a folder into its folder `loop`.
 *
 * @param onEvent - told of each, such as to kill the child
 */
export function startLoop({
  name,
  folder,
  onEvent,
}: {
  readonly name: string;
  readonly folder: TemporaryFolder;
  readonly onEvent?: (event: LoopEvent, child: ChildProcess) => void;
}): RunningLoop {
  const program = fileURLToPath(new URL('./run-loop.mjs', import.meta.url));
  const args = [program, name, folder.join('loop.json'), folder.join('loop'), folder.join('cache')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const events: LoopEvent[] = [];
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as LoopEvent;
    events.push(event);
    onEvent?.(event, child);
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stderr }));
  });
  return { child, events, ended };
}
