import type { NeedCheck } from './needs/need-check.ts';

/** Most steps that are named behind a prerequisite. */
const named = 3;

/** The prerequisites of a loop as text: what is missing first, each with what to do. */
export function formatNeeds(checks: readonly NeedCheck[]): string {
  const order = ['missing', 'warn', 'ok'] as const;
  const sorted = [...checks].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 11);
  const lines = sorted.flatMap(({ name, status, steps, what, why, next }) => {
    const wanted = status === 'ok' || steps.length === 0 ? '' : ` (${describeSteps(steps)})`;
    return [
      `${status.padEnd(7)}  ${name.padEnd(width)}  ${what}${why === undefined ? '' : ` ${why}`}${wanted}`,
      ...(next === undefined ? [] : [`${indent}${next}`]),
    ];
  });
  const count = (wanted: NeedCheck['status']): number => checks.filter(({ status }) => status === wanted).length;
  const end =
    count('missing') === 0
      ? `Everything is there${count('warn') === 0 ? '' : `, with ${count('warn')} to mind`}.`
      : `${count('missing')} of ${checks.length} are missing.`;
  return [...lines, end].join('\n');
}

function describeSteps(steps: readonly string[]): string {
  const shown = steps.slice(0, named).join(', ');
  return steps.length > named ? `for ${shown} and ${steps.length - named} more` : `for ${shown}`;
}
