import type { GraderView, SampleExplanation, Score } from '@scalequest/eval';
import { formatDuration, formatTable } from './format.ts';

/** Why a sample has its outcome, as text. */
export function formatExplanation(explanation: SampleExplanation): string {
  const { benchmark, id, epoch, references, finishReason, error, views } = explanation;
  const head = [
    `${benchmark}, problem ${id}, epoch ${epoch}`,
    ...formatReferences(references),
    `the reply ended by: ${finishReason}`,
  ];
  if (error !== undefined) return [...head, `no reply: ${error.code}, ${error.message}`].join('\n');
  const parts = [head.join('\n'), ...views.map(formatView)];
  if (views.length > 1) parts.push(formatOverview(views));
  return parts.join('\n\n');
}

/** A program of several lines stands below its heading. */
function formatReferences(references: readonly string[]): string[] {
  const text = references.join('   or: ');
  return text.includes('\n') ? ['reference:', indent(text)] : [`reference: ${text}`];
}

function formatView({ grader, score, excerpt, program, test, why, proof }: GraderView): string {
  const lines = [`${grader}: ${score.outcome}`];
  if (score.check !== undefined || program !== undefined)
    return [...lines, ...formatProgram({ program, test, score })].join('\n');
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

/** The program, how it was found, and how its tests ended. */
function formatProgram({ program, test, score }: Pick<GraderView, 'program' | 'test' | 'score'>): string[] {
  const { check, extraction, outcome, reason, ms } = score;
  const lines = program === undefined ? [] : [`  program, found by: ${extraction?.rule ?? 'unknown'}`, indent(program)];
  if (check === undefined) return [...lines, `  not run${reason === undefined ? '' : `: ${reason}`}`];
  lines.push(`  ${check.tests} tests: ${check.outcome}${ms === undefined ? '' : `, after ${formatDuration(ms)}`}`);
  if (check.detail !== '') lines.push(indent(check.detail));
  if (test !== undefined) lines.push(indent(test));
  if (check.trace !== undefined && check.trace !== '') lines.push('  what it raised:', indent(check.trace));
  if (outcome === 'truncated' && check.outcome === 'passed') {
    lines.push('  The reply was cut at its token limit: it does not count, whatever it holds.');
  }
  return lines;
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}

function formatOverview(views: readonly GraderView[]): string {
  return formatTable([
    ['grader', 'outcome', views.some(({ score }) => score.check !== undefined) ? 'tests' : 'answer'],
    ...views.map(({ grader, score }) => [grader, score.outcome, oneLine(describeTaken(score)).slice(0, 60)]),
  ]);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** What a grader took from the reply, or how the tests of it ended. */
function describeTaken({ answer, check }: Score): string {
  return check === undefined ? (answer ?? '-') : `${check.tests} ${check.outcome}`;
}
