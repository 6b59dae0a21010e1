import type { Calls, EndpointCalls, FailureCounts, Summary } from '@scalequest/eval';
import { countOf, formatCount, formatTable } from './format.ts';

/** Endpoints that are shown one by one, those with the most failures. */
const mostEndpoints = 5;

/** What went wrong between us and the servers; empty where nothing did. */
export function formatCalls({ calls, setAside }: Pick<Summary, 'calls' | 'setAside'>): string {
  const lines = calls === null ? [] : listTroubles(calls);
  const reasons = listCounts(setAside);
  if (reasons !== '') {
    const samples = countOf(addUp(setAside), 'sample');
    lines.push(`set aside: ${samples} (${reasons}); each with its reason in journal.jsonl`);
  }
  const table = calls === null ? '' : formatEndpoints(calls.endpoints);
  return [...lines, ...(table === '' ? [] : [table])].join('\n');
}

function listTroubles({ requests, resent, failures, failureCodes, hedges }: Calls): string[] {
  const lines: string[] = [];
  if (addUp(failures) > 0 || resent > 0) {
    lines.push(`calls: ${countOf(requests, 'request')}, ${formatCount(resent)} of them sent again`);
    const codes = listCounts(failureCodes);
    lines.push(`failed calls: ${listCounts(failures)}${codes === '' ? '' : ` (${codes})`}`);
  }
  if (hedges !== undefined && hedges.sent > 0) {
    const { sent, won, uncountedTokensAtMost } = hedges;
    lines.push(
      `hedges: ${formatCount(sent)} sent, ${formatCount(won)} came first; what was given up may have taken ${formatCount(uncountedTokensAtMost)} tokens at most, which no server counted`,
    );
  }
  return lines;
}

/** `retry 12, shrink 40`, the most frequent first. */
export function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(', ');
}

/** Where there are several, those that failed the most. */
function formatEndpoints(endpoints: readonly EndpointCalls[]): string {
  const failing = endpoints
    .filter(({ failures }) => addUp(failures) > 0)
    .sort((one, other) => addUp(other.failures) - addUp(one.failures));
  if (endpoints.length < 2 || failing.length === 0) return '';
  const rows = failing
    .slice(0, mostEndpoints)
    .map(({ endpoint, requests, answered, failures }) => [
      endpoint,
      formatCount(requests),
      formatCount(answered),
      formatCount(addUp(failures)),
    ]);
  const rest = failing.length - rows.length;
  const more = rest === 0 ? '' : `\nand ${countOf(rest, 'endpoint')} with fewer`;
  return `${formatTable([['endpoint', 'requests', 'answered', 'failed'], ...rows])}${more}`;
}

function addUp(counts: FailureCounts | Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);
}
