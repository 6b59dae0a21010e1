import { escapeMarkup } from '@scalequest/core';

export interface JunitSuite extends JunitCounts {
  readonly name: string;
  /** Of all its cases together. */
  readonly ms: number;
  /** ISO 8601 in UTC. */
  readonly startedAt?: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** As many as `tests` says; read once. */
  readonly cases: Iterable<JunitCase>;
  /** What there is to say of the whole. @defaultValue nothing */
  readonly text?: string;
}

export interface JunitCounts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

export interface JunitCase {
  readonly classname: string;
  readonly name: string;
  readonly ms: number;
  /** Without one the case passed. */
  readonly problem?: { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string };
  /** What a reader may want to see, of a case that passed too. @defaultValue nothing */
  readonly text?: string;
}

/** Suites as JUnit's XML, as CI systems read it, in pieces. */
export function* writeJunit(suites: readonly JunitSuite[]): Generator<string> {
  const sum = (name: keyof JunitCounts): number => suites.reduce((total, suite) => total + suite[name], 0);
  const totals = { tests: sum('tests'), failures: sum('failures'), errors: sum('errors') };
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites ${formatAttributes({ name: 'scalequest', ...totals })}>\n`;
  for (const suite of suites) yield* writeSuite(suite);
  yield '</testsuites>\n';
}

function* writeSuite(suite: JunitSuite): Generator<string> {
  const { name, tests, failures, errors, startedAt, properties, cases, text = '' } = suite;
  const timestamp = startedAt === undefined ? {} : { timestamp: startedAt.slice(0, 19) };
  const attributes = { name, tests, failures, errors, skipped: 0, time: formatSeconds(suite.ms), ...timestamp };
  yield `  <testsuite ${formatAttributes(attributes)}>\n    <properties>\n`;
  for (const [name, value] of Object.entries(properties))
    yield `      <property ${formatAttributes({ name, value })}/>\n`;
  yield '    </properties>\n';
  for (const one of cases) yield formatCase(one);
  if (text !== '') yield `    <system-out>${escapeXml(text)}</system-out>\n`;
  yield '  </testsuite>\n';
}

function formatCase({ classname, name, ms, problem, text = '' }: JunitCase): string {
  const start = `    <testcase ${formatAttributes({ classname, name, time: formatSeconds(ms) })}`;
  if (problem === undefined && text === '') return `${start}/>\n`;
  const body = escapeXml(text);
  if (problem === undefined) return `${start}><system-out>${body}</system-out></testcase>\n`;
  const { kind, type, message } = problem;
  return `${start}><${kind} ${formatAttributes({ message, type })}>${body}</${kind}></testcase>\n`;
}

function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** A reader of XML takes a line end in an attribute for a blank, unless it is written as a number. */
function formatAttributes(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const text = escapeXml(String(value)).replace(/[\t\n]/g, (found) => `&#${found.charCodeAt(0)};`);
      return `${name}="${text}"`;
    })
    .join(' ');
}

/** XML 1.0 has no way to write most control characters and lone surrogates: they become U+FFFD. */
function escapeXml(text: string): string {
  const written = text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
  return escapeMarkup(written).replaceAll('\r', '&#13;');
}
