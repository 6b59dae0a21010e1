import { type BackendName, type CheckResult, checkOutcomes, createSandbox, type Program } from '@scalequest/sandbox';
import { formatCounts } from '../lines/format-counts.ts';
import type { OutputLine } from '../lines/line-writer.ts';
import { readJsonLines } from '../lines/read-json-lines.ts';
import { runLines } from '../lines/run-lines.ts';
import { defaultMaxLineBytes } from '../lines/split-lines.ts';
import type { ExitCode } from '../main.ts';
import { programLineSchema } from '../sandbox/program-line.ts';
import { choosePython } from '../setup/choose-python.ts';

export interface RunSandboxCheckOptions {
  readonly out: string;
  readonly bad?: string;
  readonly sandbox: BackendName | 'auto';
  readonly workers?: number;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  readonly python?: string;
  readonly json?: boolean;
}

type Judgement = OutputLine & Pick<CheckResult, 'outcome'>;

/** Programs that are read ahead for each that runs, so that none waits for the disk. */
const lookAheadPerWorker = 8;

/** Streams a file of programs through the sandbox; see {@link runLines}. */
export async function runSandboxCheck(file: string, options: RunSandboxCheckOptions): Promise<ExitCode> {
  const { workers, timeoutMs, memoryMb, json } = options;
  let backend = '';
  return await runLines<Program, Judgement>(file, {
    ...options,
    counted: checkOutcomes,
    openJudge: async () => {
      const sandbox = await createSandbox({
        backend: options.sandbox,
        limits: { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(memoryMb === undefined ? {} : { memoryMb }) },
        ...(workers === undefined ? {} : { workers }),
        ...choosePython(options),
      });
      backend = sandbox.backend;
      return {
        judge: async (program, signalOption): Promise<Judgement> =>
          describeResult(await sandbox.check(program, signalOption)),
        read: ({ chunks, name }) =>
          readJsonLines(chunks, { name, schema: programLineSchema, maxLineBytes: defaultMaxLineBytes }),
        classify: ({ outcome }) => outcome,
        columns: [],
        lookAhead: lookAheadPerWorker * sandbox.workers,
        showsCounts: true,
        close: sandbox.close,
      };
    },
    onEnd: (counts, say) => {
      if (json === true) say(JSON.stringify({ ...counts, backend }));
      else say(`${formatCounts(keepCounted(counts), options)} (${describeBackend(backend)})`);
    },
  });
}

function describeResult({ outcome, detail, ms, trace, output }: CheckResult): Judgement {
  return {
    outcome,
    detail,
    ms,
    ...(trace === undefined ? {} : { trace }),
    ...(output === undefined ? {} : { output }),
  };
}

/** Seven outcomes are many to read where most of them are none. */
function keepCounted(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(counts).filter(([name, count]) => count > 0 || name === 'passed' || name === 'failed'),
  );
}

function describeBackend(backend: string): string {
  return backend === 'none' ? 'held by nothing' : `held by ${backend}`;
}
