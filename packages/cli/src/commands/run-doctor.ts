import { tmpdir } from 'node:os';
import { type Environment, readEnvironment } from '@scalequest/core';
import { loadBenchmark } from '@scalequest/datasets';
import {
  type DoctorInput,
  type DoctorReport,
  describeNeeds,
  estimateProbes,
  examine,
  type Task,
} from '@scalequest/eval';
import type { ExitCode } from '../main.ts';
import { formatCount } from '../output/format.ts';
import { formatDoctor } from '../output/format-doctor.ts';
import { chooseModel, type ModelOptions } from '../setup/choose-model.ts';
import { chooseProtocol, type ProtocolOptions } from '../setup/choose-protocol.ts';
import { parseClaims } from '../setup/claims-option.ts';
import { type ConfigurationFile, readConfigurationFile } from '../setup/configuration-file.ts';
import { type GraderFlags, openGraders } from '../setup/grader-options.ts';
import { locateData } from '../setup/locate-data.ts';
import { listEndpoints, openEndpoints, waitForDoctor } from '../setup/open-endpoints.ts';
import { openTaskOnSet } from './run-eval.ts';

export interface RunDoctorOptions extends ModelOptions, ProtocolOptions, GraderFlags {
  readonly set?: string;
  readonly limit?: number;
  readonly epochs?: number;
  readonly claims?: string;
  readonly dataDir?: string;
  readonly goldFixes?: boolean;
  readonly out?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** A report, and of what. */
interface NamedReport extends DoctorReport {
  /** Null where the machine and the endpoint were looked at, and no benchmark. */
  readonly benchmark: string | null;
  readonly protocol: string | null;
}

/** Looks at everything that runs of the benchmarks would need. 2 where a wrong request is broken, 1 where anything else is. */
export async function runDoctor(names: readonly string[], options: RunDoctorOptions): Promise<ExitCode> {
  const environment = readEnvironment();
  const file = await readConfigurationFile(options.config);
  const tasks = await Promise.all(names.map((name) => openTaskOnSet(name, options)));
  const reports: NamedReport[] = [];
  for (const task of tasks.length === 0 ? [undefined] : tasks) {
    const report = await examineOne(task, { options, environment, file });
    reports.push(report);
    if (options.json !== true) console.log(`${reports.length > 1 ? '\n' : ''}${formatReport(report)}`);
  }
  const checks = reports.flatMap((report) => report.checks);
  const worst = (['broken', 'warning'] as const).find((status) => checks.some((check) => check.status === status));
  if (options.json === true) console.log(JSON.stringify({ status: worst ?? 'ok', reports }));
  if (worst !== 'broken') return 0;
  return checks.some(({ status, kind }) => status === 'broken' && kind === 'request') ? 2 : 1;
}

function formatReport(report: NamedReport): string {
  const of = report.benchmark === null ? 'This machine' : `${report.benchmark}, protocol ${report.protocol}`;
  return `${of}: ${report.status === 'ok' ? 'sound' : report.status}\n${formatDoctor(report)}`;
}

interface Settings {
  readonly options: RunDoctorOptions;
  readonly environment: Environment;
  readonly file: ConfigurationFile;
}

const say = (text: string): void => console.error(text);

async function examineOne(task: Task | undefined, { options, environment, file }: Settings): Promise<NamedReport> {
  const model = chooseModel(options, environment, file);
  const claims = parseClaims(options.claims, { isLookedAt: model?.kind === 'server' });
  const subject = task === undefined ? undefined : await openSubject(task, { options, environment, file });
  const graders = openGraders(options, { protocol: subject?.protocol.protocol.grader ?? 'ours', tests: task?.tests });
  try {
    await using opened = await openEndpoints(
      model,
      { ...options, listed: model?.kind === 'server' ? await listEndpoints(model) : [], say },
      environment,
    );
    if (opened.endpoints.length > 0 && subject !== undefined) {
      const { requests, tokens } = estimateProbes({ needs: subject.needs, claims, scope: 'whole' });
      const each = opened.endpoints.length > 1 ? ' of each endpoint' : '';
      console.error(`Asks ${requests} short requests${each}, at most about ${formatCount(tokens)} tokens.`);
    }
    const input: DoctorInput = {
      scope: 'whole',
      ...(subject === undefined ? {} : { subject }),
      endpoints: opened.endpoints,
      claims,
      sandbox: task !== undefined && task.tests === undefined ? undefined : graders.sandbox,
      verifier: graders.verifier,
      folder: options.out ?? 'runs',
      temporaryFolder: tmpdir(),
    };
    const report = await waitForDoctor(examine(input), { ...options, say });
    return { benchmark: task?.name ?? null, protocol: subject?.protocol.label ?? null, ...report };
  } finally {
    await graders.close();
  }
}

async function openSubject(task: Task, { options, environment, file }: Settings) {
  const loadOptions = locateData(options, { environment, file });
  const protocol = await chooseProtocol(task, options, loadOptions);
  const benchmark = await loadBenchmark(task.benchmark, { ...loadOptions, goldFixes: options.goldFixes ?? false });
  const needs = describeNeeds({
    benchmark,
    protocol,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
  });
  return { task, benchmark, protocol, needs };
}
