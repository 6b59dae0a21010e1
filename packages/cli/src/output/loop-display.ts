import type { LoopEvent, LoopRecipe } from '@scalequest/loop';
import { describeFigures } from './describe-figures.ts';
import { estimateLeft } from './estimate-left.ts';
import { countOf, formatDuration } from './format.ts';
import type { LiveLine } from './live-line.ts';

export interface LoopDisplayOptions {
  readonly recipe: LoopRecipe;
  readonly line: LiveLine;
  readonly parallel: number;
  /** Milliseconds that never run backwards. @defaultValue performance.now */
  readonly clock?: () => number;
}

/** Shows how a loop goes: on a terminal a line for the whole and one for each step at work, elsewhere a line now and then. */
export interface LoopDisplay {
  readonly onEvent: (event: LoopEvent) => void;
  readonly end: () => void;
  /** Of the steps that this session has done. */
  readonly seconds: ReadonlyMap<string, number>;
}

interface AtWork {
  readonly sinceMs: number;
  readonly progress: string;
}

const everyMs = 500;

export function createLoopDisplay(options: LoopDisplayOptions): LoopDisplay {
  const { recipe, line, parallel, clock = () => performance.now() } = options;
  const startedMs = clock();
  const done = new Map<string, number | undefined>();
  const atWork = new Map<string, AtWork>();
  const width = Math.max(...recipe.steps.map(({ name }) => name.length));
  let toldEarlier = false;

  const tellEarlier = (): void => {
    if (toldEarlier) return;
    toldEarlier = true;
    if (done.size > 0) line.say(`Done before: ${done.size} of ${countOf(recipe.steps.length, 'step')}.`);
  };
  const update = (): void => {
    const nowMs = clock();
    const left = estimateLeft({
      ...{ recipe, done, parallel },
      atWork: new Map([...atWork].map(([step, { sinceMs }]) => [step, (nowMs - sinceMs) / 1000])),
    });
    const parts = [`${done.size} of ${countOf(recipe.steps.length, 'step')}`, formatDuration(nowMs - startedMs)];
    if (left !== undefined && left > 0) parts.push(`about ${formatDuration(left * 1000)} left`);
    const steps = [...atWork].map(([step, { sinceMs, progress }]) => ({ step, progress, ms: nowMs - sinceMs }));
    // Where there is no terminal nothing stands below: all is in the one line.
    if (line.getRoom() === undefined) parts.push(...steps.map(({ step, progress }) => `${step}: ${progress}`));
    const below = steps.map(({ step, progress, ms }) => `  ${step.padEnd(width)}  ${progress} · ${formatDuration(ms)}`);
    line.update(parts.join(' · '), below);
  };
  // Before the first event nobody knows what is done, as long as another command has the folder.
  let timer: NodeJS.Timeout | undefined;

  const seconds = new Map<string, number>();
  const finish = ({ step, seconds: took, figures }: Extract<LoopEvent, { kind: 'done' }>): void => {
    atWork.delete(step);
    done.set(step, took);
    if (took === undefined) return;
    seconds.set(step, took);
    line.say(
      `${step.padEnd(width)}  ${formatDuration(took * 1000).padStart(12)}  ${describeFigures(figures)}`.trimEnd(),
    );
  };
  const onEvent = (event: LoopEvent): void => {
    const { step } = event;
    timer ??= setInterval(update, everyMs).unref();
    if (event.kind !== 'done' || event.seconds !== undefined) tellEarlier();
    if (event.kind === 'done') finish(event);
    else if (event.kind === 'failed') line.say(`Step '${step}' failed; what is done is kept.`);
    else if (event.kind === 'said') line.say(`${step}: ${event.text}`);
    else if (event.kind === 'begun') atWork.set(step, { sinceMs: clock(), progress: 'beginning' });
    else atWork.set(step, { sinceMs: clock(), ...atWork.get(step), progress: event.text });
    update();
  };
  return {
    onEvent,
    seconds,
    end: () => {
      clearInterval(timer);
      tellEarlier();
      line.end();
    },
  };
}
