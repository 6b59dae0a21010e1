import { type JunitCase, type JunitSuite, writeJunit } from './junit.ts';
import type { ExportGrader, ExportRow, RunExport } from './read-export.ts';

/**
 * A run as JUnit's XML: a suite for each grader, a test case for each sample. A sample that is wrong, truncated, undecided
 * or without an answer is a failure, an error an error, and none is skipped. A run that is not finished has one error
 * more: such a suite is never green.
 */
export function formatJunit(run: RunExport): Generator<string> {
  return writeJunit(run.graders.map((grader) => describeSuite(run, grader)));
}

function describeSuite({ head, startedAt }: RunExport, grader: ExportGrader): JunitSuite {
  const { rows, outcomes, samples } = grader;
  const missing = samples - rows.length;
  return {
    name: `${head.benchmark} ${head.model} ${grader.grader}`,
    tests: rows.length + (missing > 0 ? 1 : 0),
    failures: rows.length - outcomes.correct - outcomes.error,
    errors: outcomes.error + (missing > 0 ? 1 : 0),
    ms: rows.reduce((sum, { latencyMs }) => sum + (latencyMs ?? 0), 0),
    startedAt,
    properties: {
      benchmark: head.benchmark,
      model: head.model,
      protocol: head.protocol ?? 'not known',
      protocolSha256: head.protocolSha256 ?? 'not known',
      rowsSha256: head.rowsSha256,
      grader: grader.grader,
      problems: head.problems,
      epochs: head.epochs,
      samples,
      isComplete: head.isComplete,
      score: grader.accuracy,
      intervalLow: grader.interval.low,
      intervalHigh: grader.interval.high,
      ...outcomes,
    },
    cases: describeCases(grader, head),
  };
}

function* describeCases(
  { rows, grader, samples }: ExportGrader,
  { benchmark, epochs }: RunExport['head'],
): Generator<JunitCase> {
  for (const row of rows) yield describeCase(row, epochs);
  if (rows.length >= samples) return;
  const message = `${samples - rows.length} of ${samples} samples are missing: the run is not finished`;
  const problem = { kind: 'error', type: 'missing', message } as const;
  yield { classname: `${benchmark}.${grader}`, name: 'the run is finished', ms: 0, problem };
}

function describeCase(row: ExportRow, epochs: number): JunitCase {
  const { outcome } = row;
  const message = [outcome, row.rule, row.reason].filter((part) => part !== null).join(', ');
  const kind = outcome === 'error' ? 'error' : 'failure';
  return {
    classname: `${row.benchmark}.${row.grader}`,
    name: epochs === 1 ? row.id : `${row.id} epoch ${row.epoch}`,
    ms: row.latencyMs ?? 0,
    ...(outcome === 'correct' ? {} : { problem: { kind, type: outcome, message }, text: formatTexts(row) }),
  };
}

/** Empty where no texts are asked for. */
function formatTexts({ problem, reference, reply, answer }: ExportRow): string {
  const texts = Object.entries({ problem, reference, answer, reply }).filter(([, text]) => text != null);
  return texts.map(([name, text]) => `${name}: ${text}`).join('\n\n');
}
