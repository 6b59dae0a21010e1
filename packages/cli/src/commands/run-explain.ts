import { explainSample, readRecordedRun } from '@scalequest/eval';
import { formatExplanation } from '../output/format-explanation.ts';
import { type GraderFlags, openGraders } from '../setup/grader-options.ts';
import { nameOwnGrader, openRunTask } from './run-rescore.ts';
import { loadForScore } from './run-score.ts';

export interface RunExplainOptions extends GraderFlags {
  readonly epoch: number;
  readonly benchmark?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export async function runExplain(
  { folder, id }: { readonly folder: string; readonly id: string },
  options: RunExplainOptions,
): Promise<void> {
  const run = await readRecordedRun(folder);
  const task = await openRunTask(run, options);
  const benchmark = await loadForScore(task, { ...options, goldFixes: run.hasGoldFixes });
  const names = options.grader === undefined ? run.graders.map((label) => label.replace(/@\d+$/, '')) : [];
  const graders = openGraders(options, {
    protocol: run.protocolGrader ?? nameOwnGrader(task),
    tests: task.tests,
    // One that is named stands alone; else everyone who judged the run.
    ...(options.grader === undefined && names.length === 0 ? {} : { names }),
  });
  try {
    await graders.start();
    const explanation = await explainSample({
      run,
      task,
      benchmark,
      id,
      epoch: options.epoch,
      graders: graders.graders,
      verifier: graders.verifier,
    });
    console.log(options.json === true ? JSON.stringify(explanation) : formatExplanation(explanation));
  } finally {
    await graders.close();
  }
}
