import type { OracleFigures, StageFigures, SynthProgress, SynthStatus } from '@scalequest/synth';
import { countOf, formatCount, formatDuration, formatPercent, formatTable } from './format.ts';
import { listCounts } from './format-calls.ts';

/** One line: `1,024/10,000 rows · 35.2/s · generate 98.1 % · solvability 71.0 % · in flight 64 · 1,204,112 tokens · 4 min 05 s left`. */
export function formatSynthProgress(progress: SynthProgress): string {
  const { accepted, wanted, stages, models, remainingMs, acceptedPerSecond } = progress;
  const parts = [`${formatCount(accepted)}${wanted === undefined ? '' : `/${formatCount(wanted)}`} rows`];
  if (acceptedPerSecond > 0) parts.push(`${acceptedPerSecond.toFixed(acceptedPerSecond < 10 ? 1 : 0)}/s`);
  for (const { stage, rows, kept } of stages) {
    if (rows > 0 && kept < rows) parts.push(`${stage} ${formatPercent(kept / rows)}`);
  }
  const statistics = Object.values(models);
  const inFlight = sum(statistics.map((one) => one.inFlight));
  if (inFlight > 0) parts.push(`in flight ${formatCount(inFlight)}`);
  const requests = sum(statistics.map((one) => one.requests));
  if (requests > 0) parts.push(countOf(requests, 'request'));
  const resent = sum(statistics.map((one) => one.resent));
  if (resent > 0) parts.push(`${formatCount(resent)} resent`);
  const tokens = sum(stages.map(({ usage }) => (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0)));
  if (tokens > 0) parts.push(`${formatCount(tokens)} tokens`);
  if (remainingMs !== undefined && remainingMs > 0) parts.push(`${formatDuration(remainingMs)} left`);
  return parts.join(' · ');
}

/** Several lines for `synth status`, and for the end of a run. */
export function formatSynthStatus(status: SynthStatus): string {
  const { recipe, form, seed, standing, accepted, wanted, stages, generators, open, sessions } = status;
  const lines = [`${recipe}${form === undefined ? '' : ` (${form})`}, seed ${seed}: ${standing}`];
  const rate = status.acceptedPerSecond ?? 0;
  lines.push(
    [
      `${formatCount(accepted)}${wanted === undefined ? '' : ` of ${formatCount(wanted)}`} rows`,
      ...(rate > 0 ? [`${rate.toFixed(rate < 10 ? 1 : 0)}/s`] : []),
      ...(status.remainingMs === undefined ? [] : [`${formatDuration(status.remainingMs)} left`]),
    ].join(' · '),
  );
  lines.push(formatFunnel(stages));
  const short = generators.filter((one) => one.wanted !== undefined && one.accepted < one.wanted);
  for (const { generator, accepted: own, wanted: asked = 0, rows } of short) {
    lines.push(`${generator}: ${formatCount(own)} of ${formatCount(asked)} so far, of ${countOf(rows, 'row')}`);
  }
  const shards = listCounts(open);
  if (shards !== '') lines.push(`open shards: ${shards}`);
  lines.push(formatSessions(sessions));
  lines.push(`Run folder: ${status.folder}`);
  return lines.join('\n');
}

/** What came to each stage, and why rows went no further. */
export function formatFunnel(stages: readonly StageFigures[]): string {
  const rows = stages.map(({ stage, rows: came, kept, dropped, usage }) => [
    stage,
    formatCount(came),
    formatCount(kept),
    came === 0 ? '-' : formatPercent(kept / came),
    usage === undefined ? '-' : formatCount(usage.requests),
    usage === undefined ? '-' : formatCount(usage.promptTokens + usage.completionTokens),
    listCounts(dropped),
  ]);
  return formatTable([['stage', 'rows', 'kept', 'yield', 'requests', 'tokens', 'dropped'], ...rows]);
}

/** What the oracle of the embedded problems says of the rows that each stage left. */
export function formatOracle(figures: readonly OracleFigures[]): string {
  const rows = figures.map(({ stage, rows: left, valid, answers, right }) => [
    stage,
    formatCount(left),
    left === 0 ? '-' : formatPercent(valid / left),
    answers === 0 ? '-' : formatPercent(right / answers),
  ]);
  return formatTable([['after', 'rows', 'valid questions', 'right answers'], ...rows]);
}

function formatSessions(sessions: SynthStatus['sessions']): string {
  const ends = new Map<string, number>();
  let ms = 0;
  let cost: number | undefined;
  for (const { end, startedAt, at, models } of sessions) {
    ends.set(end, (ends.get(end) ?? 0) + 1);
    ms += Math.max(0, Date.parse(at) - Date.parse(startedAt));
    for (const one of Object.values(models)) if (one.cost !== undefined) cost = (cost ?? 0) + one.cost;
  }
  const parts = [
    `${countOf(sessions.length, 'session')} (${listCounts(Object.fromEntries(ends))})`,
    formatDuration(ms),
  ];
  if (cost !== undefined) parts.push(`cost ${cost.toFixed(2)}`);
  return parts.join(' · ');
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}
