import type { TrainConfig } from '../config/train-config.ts';
import type { LauncherChoice } from './launcher-choice.ts';
import type { WorkerClaim } from './worker-claim.ts';

/** What is to be trained, and with what. */
export interface LaunchJob {
  /** The run folder, whole: configuration and data stand in it. */
  readonly folder: string;
  readonly config: TrainConfig;
  /** The interpreter that trains, as the machines of the launcher name it. */
  readonly python: string;
  /** Which start of the worker in this folder this is, from 1. */
  readonly attempt: number;
}

/** The exit code of a worker that was asked to stop. */
export const cancelledCode = 143;

/** How a worker ended, where that is known. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** What its launcher says of it, as a sentence. */
  readonly message?: string | undefined;
}

/**
 * - `running`
 * - `waiting`: taken, and not begun: what it needs is in use
 * - `elsewhere`: on another host, where it cannot be reached from here; it has given a sign of life within a minute
 * - `gone`: ended, killed, or never begun
 */
export type WorkerWhereabouts = 'running' | 'waiting' | 'elsewhere' | 'gone';

/**
 * Starts workers somewhere, and reaches them again by what is left of them in `worker.json`. Everything else is the same
 * wherever a worker runs: it reads its run folder, writes its events there, and looks there for the wish to stop.
 *
 * One conformance suite holds for all: `__fixtures__/describe-launcher.ts`.
 */
export interface Launcher<Claim extends WorkerClaim = WorkerClaim> {
  readonly name: LauncherChoice['launcher'];
  /**
   * Starts a worker, which outlives this process, and leaves the claim in the run folder. No worker may be at work there.
   *
   * @throws TrainBridgeError where none can be started
   */
  submit(job: LaunchJob): Promise<Claim>;
  /**
   * Asked five times a second by who follows a worker.
   *
   * @throws TrainBridgeError `CLUSTER_UNREACHABLE`
   */
  look(folder: string, claim: Claim, nowMs?: number): Promise<WorkerWhereabouts>;
  /** Asks the worker for a checkpoint and its end, by signal. The file `control/cancel` is the caller's. */
  requestStop(folder: string, claim: Claim): Promise<void>;
  /** Ends the worker and all that it started, at once. */
  kill(folder: string, claim: Claim): Promise<void>;
  /**
   * How a worker that is gone ended; undefined where nobody knows. Its last words stand in `stderr.log` then.
   *
   * @throws TrainBridgeError where it was never begun, with what must be put right
   */
  readEnd(folder: string, claim: Claim): Promise<WorkerEnd | undefined>;
  /** Who works, for messages: `process 4711 on host node-a`. */
  describe(claim: Claim): string;
  /** What one does about a worker that is `elsewhere`. */
  adviseElsewhere(claim: Claim): string;
}
