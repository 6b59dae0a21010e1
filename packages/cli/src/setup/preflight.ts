import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@scalequest/core';
import type { LoadedBenchmark } from '@scalequest/datasets';
import {
  describeNeeds,
  estimateProbes,
  examine,
  type ResolvedProtocol,
  type Summary,
  type Task,
} from '@scalequest/eval';
import type { ModelClient } from '@scalequest/models';
import { CliError } from '../errors.ts';
import { formatCount } from '../output/format.ts';
import { describeCost, formatTroubles } from '../output/format-doctor.ts';
import type { ChosenModel, ModelOptions } from './choose-model.ts';
import { parseClaims } from './claims-option.ts';
import type { OpenedGraders } from './grader-options.ts';
import { openEndpoints, waitForDoctor } from './open-endpoints.ts';

export interface PreflightInput {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  readonly protocol: ResolvedProtocol;
  readonly model: ChosenModel | undefined;
  /** Of the run. It knows the servers, and is not asked here. */
  readonly client: Pick<ModelClient, 'getFingerprint'>;
  readonly graders: OpenedGraders;
  readonly folder: string;
  readonly options: Pick<ModelOptions, 'timeoutSeconds'> & {
    readonly limit?: number;
    readonly epochs?: number;
    readonly claims?: string;
    readonly retryErrors?: boolean;
    /** Whether the endpoint is probed however short the run is and whatever its budget. @defaultValue false */
    readonly doctor?: boolean;
  };
  /** Whether every token is counted against a bound: then nothing is asked beside the run. */
  readonly hasBudget: boolean;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/**
 * The quick part of the doctor, before a run. Says in one line what was looked at, and a line for each warning. The
 * endpoint of a run with fewer samples than there are probes is not probed unasked: the run itself is the cheaper probe.
 *
 * @throws CliError `DOCTOR_BROKEN`, a wrong request where one of what is broken is
 */
export async function runPreflight(input: PreflightInput): Promise<void> {
  const { task, benchmark, protocol, model, client, graders, folder, options, environment, signal, say } = input;
  const needs = describeNeeds({
    benchmark,
    protocol,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
  });
  const server = model?.kind === 'server' ? model : undefined;
  const claims = parseClaims(options.claims, { isLookedAt: server !== undefined });
  const { requests, tokens } = estimateProbes({ needs, claims, scope: 'quick' });
  const isWorthIt =
    needs.samples >= requests &&
    !input.hasBudget &&
    !(await isFinished(folder, { samples: needs.samples, retryErrors: options.retryErrors ?? false }));
  const isProbed = server !== undefined && (options.doctor === true || claims.size > 0 || isWorthIt);
  await using opened = await openEndpoints(
    isProbed ? server : undefined,
    { ...options, listed: client.getFingerprint().endpoints, say },
    environment,
  );
  if (isProbed && opened.endpoints.some(({ name }) => name.startsWith('https:'))) {
    const each = opened.endpoints.length > 1 ? ' of each endpoint' : '';
    say(
      `Doctor: asks ${requests} short requests${each}, at most about ${formatCount(tokens)} tokens (--no-doctor asks none).`,
    );
  }
  const looked = examine({
    scope: 'quick',
    subject: { task, benchmark, needs },
    endpoints: opened.endpoints,
    claims,
    sandbox: task.tests === undefined ? undefined : graders.sandbox,
    verifier: graders.verifier,
    folder,
    temporaryFolder: tmpdir(),
    signal,
  });
  const report = await waitForDoctor(looked, { ...options, say }).catch((error: unknown) => {
    // A run that is stopped asks nothing, and says so itself.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (report === undefined) return;
  const warnings = formatTroubles(report, 'warning');
  for (const line of warnings) say(`Doctor, warning: ${line}`);
  const troubles = formatTroubles(report, 'broken');
  if (troubles.length === 0) {
    say(`Doctor: ${warnings.length === 0 ? 'sound' : 'nothing is broken'}. ${describeCost(report)}`);
    return;
  }
  const isWrongRequest = report.checks.some(({ status, kind }) => status === 'broken' && kind === 'request');
  throw new CliError({
    code: 'DOCTOR_BROKEN',
    kind: isWrongRequest ? 'request' : 'run',
    what: `The doctor stops this run before a problem is asked: ${troubles.length} of ${report.checks.length} checks found something broken.`,
    why: `\n  ${troubles.join('\n  ')}`,
    next: 'Mend it and run the same command again, or go on with --no-doctor.',
    fields: { broken: report.checks.filter(({ status }) => status === 'broken').map(({ name }) => name) },
  });
}

/** Whether an earlier session left nothing to ask. What else there is to do needs no server. */
async function isFinished(
  folder: string,
  { samples, retryErrors }: { readonly samples: number; readonly retryErrors: boolean },
): Promise<boolean> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  try {
    const { status } = (await read('run.json')) as { readonly status?: unknown };
    const { samples: done, outcomes } = (await read('summary.json')) as Pick<Summary, 'samples' | 'outcomes'>;
    return status === 'finished' && done >= samples && !(retryErrors && outcomes.error > 0);
  } catch {
    return false;
  }
}
