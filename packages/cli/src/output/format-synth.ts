import type { OracleFigures, RoleFigures, StageFigures, SynthProgress, SynthStatus } from '@scalequest/synth';
import { countOf, formatCount, formatDuration, formatPercent, formatTable } from './format.ts';
import { listCounts } from './format-calls.ts';

/**
 * One line: `1,024/10,000 rows · 35.2/s · 4 min 05 s left · judge: 1 of 2 endpoints away · cost 1.34 · in flight 64 · 4,107 requests,
 * 141/s · 1,204,112 tokens, 41,300/s · generate 98.1 % · solvability 71.0 %`. What a narrow terminal cuts off stands last. Requests,
 * tokens and cost are this session's.
 */
export function formatSynthProgress(progress: SynthProgress): string {
  const { accepted, wanted, stages, models, remainingMs, acceptedPerSecond } = progress;
  const parts = [`${formatCount(accepted)}${wanted === undefined ? '' : `/${formatCount(wanted)}`} rows`];
  if (acceptedPerSecond > 0) parts.push(`${acceptedPerSecond.toFixed(acceptedPerSecond < 10 ? 1 : 0)}/s`);
  if (remainingMs !== undefined && remainingMs > 0) parts.push(`${formatDuration(remainingMs)} left`);
  for (const [role, { endpoints }] of Object.entries(models)) {
    const listed = endpoints.filter(({ isListed }) => isListed);
    const away = listed.filter(({ isAvailable }) => !isAvailable).length;
    if (away > 0) parts.push(`${role}: ${formatCount(away)} of ${countOf(listed.length, 'endpoint')} away`);
  }
  const statistics = Object.values(models);
  const costs = statistics.flatMap(({ endpoints }) => endpoints.flatMap(({ cost }) => cost ?? []));
  if (costs.length > 0) parts.push(`cost ${sum(costs).toFixed(2)}`);
  const inFlight = sum(statistics.map((one) => one.inFlight));
  if (inFlight > 0) parts.push(`in flight ${formatCount(inFlight)}`);
  const requests = sum(statistics.map((one) => one.requests));
  const answered = sum(statistics.map(({ total }) => total?.answeredPerSecond ?? 0));
  if (requests > 0) parts.push(`${countOf(requests, 'request')}${formatRate(answered)}`);
  const resent = sum(statistics.map((one) => one.resent));
  if (resent > 0) parts.push(`${formatCount(resent)} resent`);
  const tokens = sum(statistics.map(({ total }) => (total?.promptTokens ?? 0) + (total?.completionTokens ?? 0)));
  const written = sum(statistics.map(({ total }) => total?.completionTokensPerSecond ?? 0));
  if (tokens > 0) parts.push(`${formatCount(tokens)} tokens${formatRate(written)}`);
  for (const { stage, rows, kept } of stages) {
    if (rows > 0 && kept < rows) parts.push(`${stage} ${formatPercent(kept / rows)}`);
  }
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
  const failed = sum(stages.map(({ dropped }) => dropped['request-failed'] ?? 0));
  if (failed > 0) {
    lines.push(
      `request-failed ${formatCount(failed)}: no repeat helped, and they are not asked again. Each has its code in shards/STAGE/*.dropped.jsonl.gz.`,
    );
  }
  const short = generators.filter((one) => one.wanted !== undefined && one.accepted < one.wanted);
  for (const { generator, accepted: own, wanted: asked = 0, rows } of short) {
    const ended = standing === 'finished' ? ', and has no more' : ' so far';
    lines.push(`${generator}: ${formatCount(own)} of ${formatCount(asked)}${ended}, of ${countOf(rows, 'row')}`);
  }
  const shards = listCounts(open);
  if (shards !== '') lines.push(`open shards: ${shards}`);
  const roles = formatRoles(sessions);
  if (roles !== '') lines.push(roles);
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

/** What each role asked in all sessions; of one that goes on also its servers and their rate. */
/** A client that counts no tokens, such as that of a model in this process, leaves them to the stages. */
function formatTokens(tokens: number): string {
  return tokens === 0 ? '-' : formatCount(tokens);
}

function formatRoles(sessions: SynthStatus['sessions']): string {
  const last = sessions.at(-1);
  const running = last?.end === 'running' ? last.models : undefined;
  const names = [...new Set(sessions.flatMap(({ models }) => Object.keys(models)))];
  if (names.length === 0) return '';
  const rows = names.map((role) => {
    const all = sessions.flatMap(({ models }) => models[role] ?? []);
    const now = running?.[role];
    const failures = sum(all.flatMap((one) => Object.values(one.failures)));
    const costs = all.flatMap(({ cost }) => cost ?? []);
    return [
      role,
      all.at(-1)?.model ?? '',
      ...(running === undefined ? [] : formatNow(now)),
      formatCount(sum(all.map(({ requests }) => requests))),
      formatCount(failures),
      formatTokens(sum(all.map(({ promptTokens }) => promptTokens))),
      formatTokens(sum(all.map(({ completionTokens }) => completionTokens))),
      costs.length === 0 ? '-' : sum(costs).toFixed(2),
    ];
  });
  const now = running === undefined ? [] : ['endpoints', 'in flight', 'requests/s', 'tokens/s'];
  const headings = ['role', 'model', ...now, 'requests', 'failed', 'tokens in', 'tokens out', 'cost'];
  return formatTable([headings, ...rows]);
}

function formatNow(now: RoleFigures | undefined): readonly string[] {
  if (now === undefined) return ['-', '-', '-', '-'];
  const { listed, available } = now.endpoints;
  return [
    listed === 0 ? '-' : `${formatCount(available)} of ${formatCount(listed)}`,
    formatCount(now.inFlight),
    formatCount(Math.round(now.answeredPerSecond)),
    formatCount(Math.round(now.completionTokensPerSecond)),
  ];
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

/** `, 141/s`; nothing where nothing goes on. */
function formatRate(perSecond: number): string {
  return perSecond < 0.05 ? '' : `, ${perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))}/s`;
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}
