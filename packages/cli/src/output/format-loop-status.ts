import type { LoopStatus, StepRun, StepStanding, StepStatus } from '@scalequest/loop';
import { describeFigures } from './describe-figures.ts';
import { countOf, formatCount, formatDuration, formatTable } from './format.ts';
import { formatTrainProgress } from './format-training.ts';

const words: Readonly<Record<StepStanding, string>> = {
  done: 'done',
  'at-work': 'at work',
  stopped: 'stopped',
  waiting: 'waiting',
  'not-begun': 'not begun',
};

/** Several lines for `loop status`: a row for each step. */
export function formatLoopStatus(status: LoopStatus, { nowMs }: { readonly nowMs: number }): string {
  const { loop, seed, standing, holder, steps, folder } = status;
  const done = steps.filter((step) => step.standing === 'done').length;
  const who = holder === undefined ? '' : ` (process ${holder.pid} on ${holder.host})`;
  const rows = steps.map((step) => [step.step, step.kind, words[step.standing], describeStep(step, nowMs)]);
  return [
    `${loop}, seed ${seed}: ${standing}${who}`,
    `${formatCount(done)} of ${countOf(steps.length, 'step')} done`,
    formatTable([['step', 'kind', 'state', ''], ...rows]),
    `Folder: ${folder}`,
    ...(standing === 'stopped' ? ['The command that began it goes on.'] : []),
  ].join('\n');
}

function describeStep({ figures, begunAt, run }: StepStatus, nowMs: number): string {
  if (figures !== undefined) return describeFigures(figures);
  if (begunAt === undefined) return '';
  const since = `begun ${formatDuration(Math.max(0, nowMs - Date.parse(begunAt)))} ago`;
  return run === undefined ? since : `${describeRun(run)} · ${since}`;
}

function describeRun(run: StepRun): string {
  if (run.kind === 'train') {
    const { state, silentMs = 0, worker } = run.status;
    return `${formatTrainProgress({ state, silentMs })}${worker === undefined ? '' : ` · ${worker}`}`;
  }
  if (run.kind === 'synth') {
    const { accepted, wanted } = run.status;
    return `${formatCount(accepted)}${wanted === undefined ? '' : ` of ${formatCount(wanted)}`} rows`;
  }
  const { answered, problems } = run;
  return `${formatCount(answered)}${problems === undefined ? '' : ` of ${formatCount(problems)}`} problems`;
}
