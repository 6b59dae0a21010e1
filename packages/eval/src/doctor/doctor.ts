import type { LoadedBenchmark } from '@scalequest/datasets';
import type { Task } from '../benchmarks/task.ts';
import type { ReplyVerifier } from '../pipeline/grader.ts';
import type { CheckResult, CheckStatus } from './check.ts';
import { checkClock } from './check-clock.ts';
import { checkDisk, type MeasureFreeSpace } from './check-disk.ts';
import { checkGrader } from './check-grader.ts';
import { checkReferencePrograms } from './check-reference-programs.ts';
import { checkReferences } from './check-references.ts';
import { checkSandbox, type DoctorSandbox } from './check-sandbox.ts';
import { checkVersions } from './check-versions.ts';
import { bareNeeds, type RunNeeds } from './describe-needs.ts';
import { type Claim, examineEndpoint } from './endpoint/examine-endpoint.ts';
import type { ProbedEndpoint } from './endpoint/prober.ts';
import { runChecks } from './run-checks.ts';

export interface DoctorInput {
  /** `quick` is what runs by itself before a run: a sample of the references, and of an endpoint what the run needs. */
  readonly scope: 'quick' | 'whole';
  /** The benchmark to look at. @defaultValue none, the machine and the endpoints alone */
  readonly subject?: { readonly task: Task; readonly benchmark: LoadedBenchmark; readonly needs: RunNeeds };
  /** The servers to ask. @defaultValue none is asked */
  readonly endpoints?: readonly ProbedEndpoint[];
  /** What the servers are said to honour, beside what the run needs. @defaultValue nothing */
  readonly claims?: ReadonlySet<Claim>;
  /** Holds the programs of a code benchmark. @defaultValue not looked at */
  readonly sandbox?: DoctorSandbox | undefined;
  /** The worker threads of the grader. @defaultValue not looked at */
  readonly verifier?: ReplyVerifier | undefined;
  /** Where the run is written. */
  readonly folder: string;
  readonly temporaryFolder: string;
  /** @defaultValue the system is asked */
  readonly measureFreeSpace?: MeasureFreeSpace;
  /** Unix time in milliseconds. @defaultValue Date.now */
  readonly now?: () => number;
  readonly signal?: AbortSignal | undefined;
}

export interface DoctorReport {
  /** The worst of the checks. */
  readonly status: CheckStatus;
  readonly checks: readonly (CheckResult & { readonly endpoint?: string })[];
  /** What the endpoints were asked, all together. */
  readonly requests: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  readonly ms: number;
}

/** How many references a quick look takes: a third of a second of answers, a few seconds of programs. */
const quickReferences = { answers: 200, programs: 6 } as const;

/**
 * Looks at everything that a run needs, and says of each check whether it is sound, worth a word, or broken. Nothing is
 * written but a file that a program tries to make outside of the sandbox, and no problem of the benchmark is asked.
 */
export async function examine(input: DoctorInput): Promise<DoctorReport> {
  const startedAt = performance.now();
  const { scope, subject, endpoints = [], claims = new Set<Claim>(), signal } = input;
  const needs = subject?.needs ?? bareNeeds;
  const host = await examineHost(input, needs);
  // A run that stops for its disk costs nothing.
  const isAsked = scope === 'whole' || findWorst(host) !== 'broken';
  // Requests are on their way while the machine works.
  const asked = Promise.all(
    (isAsked ? endpoints : []).map(async (endpoint) => ({
      name: endpoint.name,
      ...(await examineEndpoint({ endpoint, needs, claims, scope, signal })),
    })),
  );
  // Awaited below, once the machine was looked at.
  asked.catch(() => undefined);
  const local = [...host, ...(await examineMachine(input))];
  const probed = await asked;
  const ofEndpoints = probed.flatMap(({ name, checks }) => checks.map((check) => ({ ...check, endpoint: name })));
  const checks = [...local, ...softenSpare(ofEndpoints, endpoints)];
  const sum = (pick: (used: (typeof probed)[number]['used']) => number): number =>
    probed.reduce((total, { used }) => total + pick(used), 0);
  return {
    status: findWorst(checks),
    checks,
    requests: sum(({ requests }) => requests),
    tokens: {
      prompt: sum(({ promptTokens }) => promptTokens),
      completion: sum(({ completionTokens }) => completionTokens),
    },
    ms: Math.round(performance.now() - startedAt),
  };
}

/** What takes no time to look at. */
async function examineHost(input: DoctorInput, needs: RunNeeds): Promise<readonly CheckResult[]> {
  const { folder, temporaryFolder, measureFreeSpace, now } = input;
  return await runChecks([
    checkVersions(),
    checkClock(now),
    checkDisk({ needs, folder, temporaryFolder, ...(measureFreeSpace === undefined ? {} : { measureFreeSpace }) }),
  ]);
}

async function examineMachine(input: DoctorInput): Promise<readonly CheckResult[]> {
  const { scope, subject, sandbox, verifier, temporaryFolder, signal } = input;
  const isQuick = scope === 'quick';
  const first = await runChecks([
    ...(sandbox === undefined ? [] : [checkSandbox({ sandbox, temporaryFolder })]),
    ...(subject?.task.tests === undefined ? [checkGrader({ verifier })] : []),
  ]);
  if (subject === undefined) return first;
  const { task, benchmark } = subject;
  if (task.tests === undefined) {
    const most = isQuick ? { most: quickReferences.answers } : {};
    return [...first, ...(await runChecks([checkReferences({ task, benchmark, signal, ...most })]))];
  }
  // Programs that nobody trusts, and these too, run in a sandbox that holds or not at all.
  if (sandbox === undefined || first.some(({ name, status }) => name === 'sandbox' && status === 'broken'))
    return first;
  const most = isQuick ? { most: quickReferences.programs } : {};
  return [...first, ...(await runChecks([checkReferencePrograms({ benchmark, sandbox, signal, ...most })]))];
}

type EndpointResult = DoctorReport['checks'][number];

/** A run goes on with the servers that answer: one that does not is a warning while another does. */
function softenSpare(
  checks: readonly EndpointResult[],
  endpoints: readonly ProbedEndpoint[],
): readonly EndpointResult[] {
  const isDead = ({ name, status, kind }: EndpointResult): boolean =>
    (name === 'answer' || name === 'first-token') && status === 'broken' && kind !== 'request';
  const dead = new Set(checks.filter(isDead).map(({ endpoint }) => endpoint));
  if (dead.size === endpoints.length) return checks;
  return checks.map((check) => (isDead(check) ? { ...check, status: 'warning' as const } : check));
}

function findWorst(checks: readonly CheckResult[]): CheckStatus {
  return (['broken', 'warning'] as const).find((status) => checks.some((check) => check.status === status)) ?? 'ok';
}
