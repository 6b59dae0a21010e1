import type { ExportGrader, ExportRow, RunExport } from './read-export.ts';

/**
 * A run as JUnit's XML, as CI systems read it: a suite for each grader, a test case for each sample. A sample that is
 * wrong, truncated, undecided or without an answer is a failure, an error an error, and none is skipped.
 */
export function* formatJunit(run: RunExport): Generator<string> {
  const totals = run.graders.map(countTests);
  const sum = (name: keyof Counts): number => totals.reduce((total, counts) => total + counts[name], 0);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites ${attributes({ name: 'scalequest', tests: sum('tests'), failures: sum('failures'), errors: sum('errors') })}>\n`;
  for (const grader of run.graders) yield* formatSuite(run, grader);
  yield '</testsuites>\n';
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

function countTests({ samples, outcomes }: ExportGrader): Counts {
  return { tests: samples, failures: samples - outcomes.correct - outcomes.error, errors: outcomes.error };
}

function* formatSuite({ head, startedAt }: RunExport, grader: ExportGrader): Generator<string> {
  const suite = {
    name: `${head.benchmark} ${head.model} ${grader.grader}`,
    ...countTests(grader),
    skipped: 0,
    time: formatSeconds(grader.rows.reduce((sum, { latencyMs }) => sum + (latencyMs ?? 0), 0)),
    timestamp: startedAt.slice(0, 19),
  };
  yield `  <testsuite ${attributes(suite)}>\n    <properties>\n`;
  const properties = {
    benchmark: head.benchmark,
    model: head.model,
    protocol: head.protocol ?? 'not known',
    protocolSha256: head.protocolSha256 ?? 'not known',
    rowsSha256: head.rowsSha256,
    grader: grader.grader,
    problems: head.problems,
    epochs: head.epochs,
    score: grader.accuracy,
    intervalLow: grader.interval.low,
    intervalHigh: grader.interval.high,
    ...grader.outcomes,
  };
  for (const [name, value] of Object.entries(properties)) yield `      <property ${attributes({ name, value })}/>\n`;
  yield '    </properties>\n';
  for (const row of grader.rows) yield formatCase(row, head.epochs);
  yield '  </testsuite>\n';
}

function formatCase(row: ExportRow, epochs: number): string {
  const name = epochs === 1 ? row.id : `${row.id} epoch ${row.epoch}`;
  const start = attributes({
    classname: `${row.benchmark}.${row.grader}`,
    name,
    time: formatSeconds(row.latencyMs ?? 0),
  });
  if (row.outcome === 'correct') return `    <testcase ${start}/>\n`;
  const element = row.outcome === 'error' ? 'error' : 'failure';
  const message = [row.outcome, row.rule, row.reason].filter((part) => part !== null).join(', ');
  const body = formatTexts(row);
  return `    <testcase ${start}><${element} ${attributes({ message, type: row.outcome })}>${body}</${element}></testcase>\n`;
}

/** Empty where no texts are asked for. */
function formatTexts({ problem, reference, reply, answer }: ExportRow): string {
  const texts = Object.entries({ problem, reference, answer, reply }).filter(([, text]) => text != null);
  return escapeXml(texts.map(([name, text]) => `${name}: ${text}`).join('\n\n'));
}

function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(' ');
}

/** XML 1.0 has no way to write most control characters and lone surrogates: they become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"\r]/g, (found) => escapes[found] ?? found);
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
