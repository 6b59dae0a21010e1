import { getBenchmark } from '@scalequest/datasets';
import type { PlannedModel, Step } from '../../engine/step.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import { findResultTask } from '../../steps/find-result-task.ts';
import { evaluationWork } from '../evaluation-work.ts';
import { mindTemplate, writeEvaluation } from './commands.ts';
import { findStudent } from './find-student.ts';
import { findLengths } from './lengths.ts';
import { listBenchmarkNeeds, listServingNeeds } from './needs.ts';

/** Of a student, on every benchmark. */
export function planEvaluation(step: Step, parts: LoopParts): Step['work'] {
  const { config } = parts;
  const name = step.name.replace(/^evaluate-/, '');
  const student = findStudent(name, parts);
  if (student === undefined) return undefined;
  const model: PlannedModel = { name: `student-${name}`, parameters: student.parameters };
  return (read) =>
    evaluationWork(read, {
      ...{ model, reply: findLengths(parts).evaluated },
      problems: config.benchmarks.reduce((sum, { name: one, limit = Number.POSITIVE_INFINITY }) => {
        const { count = 0 } = getBenchmark(findResultTask(one).benchmark);
        return sum + Math.min(limit, count);
      }, 0),
      commands: writeEvaluation(step, parts),
      notes: mindTemplate(step),
      needs: [
        ...listBenchmarkNeeds(
          config.benchmarks.map(({ name: one }) => one),
          parts,
        ),
        ...listServingNeeds({ parts, roles: [], steps: [model.name] }),
        ...(config.benchmarks.some(({ name: one }) => findResultTask(one).tests !== undefined)
          ? [{ kind: 'sandbox' } as const]
          : []),
      ],
    });
}
