import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@scalequest/core';
import type { LoadedBenchmark } from '@scalequest/datasets';
import { describeNeeds, estimateProbes, examine, type ResolvedProtocol, type Task } from '@scalequest/eval';
import { CliError } from '../errors.ts';
import { formatCount } from '../output/format.ts';
import { describeCost, formatTroubles } from '../output/format-doctor.ts';
import type { ChosenModel, ModelOptions } from './choose-model.ts';
import { parseClaims } from './claims-option.ts';
import type { OpenedGraders } from './grader-options.ts';
import { openEndpoints } from './open-endpoints.ts';

/**
 * The endpoint of a run of more samples is probed unasked. A shorter one costs little where it was in vain, and meets
 * what keeps a server from answering as soon as a probe would.
 */
const mostUnprobed = 500;

export interface PreflightInput {
  readonly task: Task;
  readonly benchmark: LoadedBenchmark;
  readonly protocol: ResolvedProtocol;
  readonly model: ChosenModel | undefined;
  readonly graders: OpenedGraders;
  readonly folder: string;
  readonly options: Pick<ModelOptions, 'timeoutSeconds'> & {
    readonly limit?: number;
    readonly epochs?: number;
    readonly claims?: string;
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
 * The quick part of the doctor, before a run. Says in one line what was looked at, and a line for each warning.
 *
 * @throws CliError `DOCTOR_BROKEN`, a wrong request where one of what is broken is
 */
export async function runPreflight(input: PreflightInput): Promise<void> {
  const { task, benchmark, protocol, model, graders, folder, options, environment, signal, say } = input;
  const needs = describeNeeds({
    benchmark,
    protocol,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
  });
  const claims = parseClaims(options.claims);
  const isLong = needs.samples > mostUnprobed && !input.hasBudget && !(await isFinished(folder));
  const isProbed = model?.kind === 'server' && (options.doctor === true || isLong);
  await using opened = await openEndpoints(isProbed ? model : undefined, options, environment);
  if (isProbed && model.baseUrls.some((url) => url.startsWith('https:'))) {
    const { requests, tokens } = estimateProbes({ needs, claims, scope: 'quick' });
    const each = model.baseUrls.length > 1 ? ' of each endpoint' : '';
    say(
      `Doctor: asks ${requests} short requests${each}, at most about ${formatCount(tokens)} tokens (--no-doctor asks none).`,
    );
  }
  const report = await examine({
    scope: 'quick',
    subject: { task, benchmark, needs },
    endpoints: opened.endpoints,
    claims,
    sandbox: task.tests === undefined ? undefined : graders.sandbox,
    verifier: graders.verifier,
    folder,
    temporaryFolder: tmpdir(),
    signal,
  }).catch((error: unknown) => {
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
async function isFinished(folder: string): Promise<boolean> {
  try {
    const { status } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { readonly status?: unknown };
    return status === 'finished';
  } catch {
    return false;
  }
}
