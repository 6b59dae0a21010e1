import type { DoctorReport } from '@scalequest/eval';
import { countOf, formatCount, formatDuration } from './format.ts';

type Result = DoctorReport['checks'][number];

/** One line for each check, with what to do below those that are not sound, and a line of what it took. */
export function formatDoctor(report: DoctorReport): string {
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  const lines = report.checks.map((check) => {
    const line = `${check.status.padEnd('warning'.length)}  ${check.name.padEnd(width)}  ${describeFound(check)}`;
    return check.next === undefined ? line : `${line}\n${' '.repeat(width + 11)}${check.next}`;
  });
  return [...lines, describeCost(report)].join('\n');
}

/** Only what is not sound, for the head of a run. */
export function formatTroubles(report: DoctorReport, status: 'warning' | 'broken'): readonly string[] {
  return report.checks
    .filter((check) => check.status === status)
    .map((check) => `${check.name}: ${describeFound(check)}${check.next === undefined ? '' : ` ${check.next}`}`);
}

/** `12 checks in 1.2 s; 7 requests, 4,312 prompt and 61 reply tokens.` */
export function describeCost({ checks, requests, tokens, ms }: DoctorReport): string {
  const asked =
    requests === 0
      ? 'no endpoint was asked'
      : `${countOf(requests, 'request')}, ${formatCount(tokens.prompt)} prompt and ${formatCount(tokens.completion)} reply tokens`;
  return `${countOf(checks.length, 'check')} in ${formatDuration(ms)}; ${asked}.`;
}

function describeFound({ status, what, why, endpoint }: Result): string {
  const said = why === undefined ? what : `${what} ${why}`;
  return status === 'ok' || endpoint === undefined || said.includes(endpoint) ? said : `${said} (${endpoint})`;
}
