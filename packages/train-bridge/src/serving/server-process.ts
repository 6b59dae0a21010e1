import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { getSystemErrorCode, isProcessAlive } from '@scalequest/core';
import { TrainBridgeError } from '../errors.ts';
import type { EngineCommand } from './engine-command.ts';
import { guardServer } from './guard-server.ts';

/** How a server ended. */
export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that was started, with all that it starts itself. */
export interface ServerProcess {
  /** Also the number of its process group. */
  readonly pid: number;
  /** How it ended, once it has. Never rejects. */
  readonly ended: Promise<ServerEnd>;
  /** Undefined while it runs. */
  readonly getEnd: () => ServerEnd | undefined;
  /** The last lines that it wrote, whichever way. */
  readonly getLastLines: () => readonly string[];
  /**
   * SIGTERM for the server, and SIGKILL for what is left of its group when the time is over or `abort` is given. Resolves when
   * nothing of it runs any more.
   */
  readonly stop: (options: { readonly graceMs: number; readonly abort?: AbortSignal | undefined }) => Promise<void>;
}

/** vLLM's processes each write a long traceback at the end, and the cause stands in the first. */
const keptLines = 500;
/** For what a server leaves behind when it has ended itself. */
const leftoversMs = 5000;

/**
 * Starts a server in a process group of its own, which does not outlive this process.
 *
 * @throws TrainBridgeError `ENGINE_UNAVAILABLE` where it cannot be started
 */
export async function startServerProcess(
  { command, args, env }: EngineCommand,
  {
    graceMs: guardGraceMs,
    onLine = () => undefined,
  }: {
    /** For what is in flight, where this process is killed. */
    readonly graceMs: number;
    readonly onLine?: ((line: string) => void) | undefined;
  },
): Promise<ServerProcess> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (written) => {
      const line = stripVTControlCharacters(written);
      if (line.trim() === '') return;
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine(line);
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(cannotStart(command, error)));
  });
  const pid = child.pid as number;
  let end: ServerEnd | undefined;
  const ended = waitForEnd(child).then((found) => {
    end = found;
    return found;
  });
  const endGuard = guardServer(pid, { graceMs: guardGraceMs });
  const killGroup = (): void => {
    endGuard();
    signalGroup(pid, 'SIGKILL');
  };
  // Where this process ends in a way that nobody foresaw, nothing may be left.
  process.once('exit', killGroup);
  return {
    pid,
    ended,
    getEnd: () => end,
    getLastLines: () => lines,
    stop: async ({ graceMs, abort }) => {
      if (end === undefined && !isAborted(abort)) {
        // The server alone: it ends what it has started when it has finished what is in flight.
        child.kill('SIGTERM');
        await Promise.race([ended, wait(graceMs, abort)]);
      }
      if (end !== undefined && !isAborted(abort) && signalGroup(pid, 'SIGTERM')) {
        const mostMs = Math.min(graceMs, leftoversMs);
        for (let waitedMs = 0; waitedMs < mostMs && !isAborted(abort) && isGroupAlive(pid); waitedMs += 50)
          await sleep(50);
      }
      killGroup();
      await ended;
      for (let waitedMs = 0; waitedMs < leftoversMs && isGroupAlive(pid); waitedMs += 20) await sleep(20);
      process.off('exit', killGroup);
    },
  };
}

/** As it is now: a property that was looked at before is taken for unchanged by the compiler. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Until the time is over or the signal is given. */
async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }).catch(() => undefined);
}

/** When it has ended and all that it wrote is read. */
function waitForEnd(child: ChildProcess): Promise<ServerEnd> {
  return new Promise((resolve) => {
    let end: ServerEnd = { code: null, signal: null };
    child.once('exit', (code, signal) => {
      end = { code, signal };
      // What it left behind may hold its output open.
      setTimeout(() => resolve(end), 500).unref();
    });
    child.once('close', () => resolve(end));
  });
}

/** @returns false where there was nobody to signal */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process of the group runs. Those that have ended and that nobody asked for do not count. */
function isGroupAlive(pid: number): boolean {
  let names: readonly string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return isProcessAlive(-pid);
  }
  return names.some((name) => {
    const { state, group } = readStat(Number(name)) ?? {};
    return group === pid && state !== 'Z' && state !== 'X';
  });
}

/** When a process began, in the kernel's ticks: a pid alone may have been given out again. Null where /proc does not tell. */
export function readStartTime(pid: number): string | null {
  return readStat(pid)?.started ?? null;
}

/** Whether a process that began then is still there. One that has ended and that nobody asked for is not. */
export function isStillRunning({ pid, started }: { readonly pid: number; readonly started: string | null }): boolean {
  if (!isProcessAlive(pid)) return false;
  const seen = readStat(pid);
  if (seen === undefined) return started === null;
  return seen.state !== 'Z' && seen.state !== 'X' && (started === null || seen.started === started);
}

function readStat(
  pid: number,
): { readonly state: string; readonly group: number; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 3, 5 and 22, counted behind the command name, which stands in parentheses and may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', group: Number(fields[2]), started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function cannotStart(command: string, error: unknown): TrainBridgeError {
  return new TrainBridgeError({
    code: 'ENGINE_UNAVAILABLE',
    what: `The model server cannot be started with '${command}'.`,
    why: `The system says ${getSystemErrorCode(error)}.`,
    next: 'Check that the program can be run.',
    fields: { command },
    cause: error,
  });
}
