import type { GraderView, SampleExplanation } from '@scalequest/eval';
import { formatTable } from './format.ts';

/** Why a sample has its outcome, as text. */
export function formatExplanation(explanation: SampleExplanation): string {
  const { benchmark, id, epoch, references, finishReason, error, views } = explanation;
  const head = [
    `${benchmark}, problem ${id}, epoch ${epoch}`,
    `reference: ${references.join('   or: ')}`,
    `the reply ended by: ${finishReason}`,
  ];
  if (error !== undefined) return [...head, `no reply: ${error.code}, ${error.message}`].join('\n');
  const parts = [head.join('\n'), ...views.map(formatView)];
  if (views.length > 1) parts.push(formatOverview(views));
  return parts.join('\n\n');
}

function formatView({ grader, score, excerpt, why, proof }: GraderView): string {
  const lines = [`${grader}: ${score.outcome}`];
  if (score.answer === undefined) lines.push('  took no answer from the reply');
  else {
    lines.push(`  answer: ${oneLine(score.answer)}`, `  found by: ${score.extraction?.rule ?? 'unknown'}`);
    if (excerpt !== undefined) {
      lines.push(
        `  in the reply: ...${oneLine(excerpt.before)}>>>${oneLine(excerpt.answer)}<<<${oneLine(excerpt.after)}...`,
      );
    }
  }
  if (score.verdict !== undefined) {
    const by = score.rule === undefined || score.rule === 'none' ? '' : `, by the rule ${score.rule}`;
    lines.push(`  verdict: ${score.verdict}${by}${score.reason === undefined ? '' : ` (${score.reason})`}`);
  }
  if (proof !== undefined && proof !== 'none') lines.push(`  proof: ${proof}`);
  if (score.policies !== undefined) lines.push(`  policies: ${score.policies.join(', ')}`);
  if (why !== undefined) lines.push(`  ${why}`);
  if (score.outcome === 'truncated' && score.verdict === 'equal') {
    lines.push('  The reply was cut at its token limit: it does not count, whatever it holds.');
  }
  return lines.join('\n');
}

function formatOverview(views: readonly GraderView[]): string {
  return formatTable([
    ['grader', 'outcome', 'answer'],
    ...views.map(({ grader, score }) => [grader, score.outcome, oneLine(score.answer ?? '-').slice(0, 60)]),
  ]);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
