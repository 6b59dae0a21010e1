import { countProcesses } from '@scalequest/train-bridge';
import type { Step, TrainingWork } from '../../engine/step.ts';
import { makeRecipe } from '../../recipes/scalequest/dataset-steps.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import { chooseSettings } from '../../recipes/scalequest/train-parts.ts';
import { countAccepted } from '../synthesis-work.ts';
import { type TrainingWorkOptions, trainingWork } from '../training-work.ts';
import { mindSteps, writeTraining } from './commands.ts';
import { expectRecipe } from './expect-recipe.ts';
import { findStudent } from './find-student.ts';
import { findLengths } from './lengths.ts';
import { listTrainingNeeds } from './needs.ts';

const methods: ReadonlySet<string> = new Set<TrainingWork['method']>([
  'qft',
  'qpo',
  'student-sft',
  'difficulty-regressor',
]);

/** Of a generator (QFT, QPO, the control of QPO) or of a student. */
export function planTraining(step: Step, parts: LoopParts): Step['work'] {
  const { recipe } = step.settings;
  if (typeof recipe !== 'string' || !methods.has(recipe)) return undefined;
  const method = recipe as TrainingWork['method'];
  const student = findStudent(step.name.replace(/^student-/, ''), parts);
  if (step.name.startsWith('student-') && student !== undefined) {
    const { name, parameters, checkpoint } = student;
    return (read) =>
      trainingWork(read, {
        ...{ method, parameters, response: findLengths(parts).response },
        // A control learns in as many steps as the student of the whole.
        rows: countAccepted(read, makeRecipe(parts)),
        ...chooseTraining(step),
        ...readEpochs(chooseSettings(parts.config, 'student', name)),
        commands: writeTraining(step, checkpoint),
        notes: mindSteps(step),
        needs: listTrainingNeeds(parts, step.name, {
          path: checkpoint,
          source: parts.paper.students[name]?.repository,
        }),
      });
  }
  const [, kind = '', generator = ''] = /^(qft|qpo|sft-chosen)-(.+)$/.exec(step.name) ?? [];
  const base = parts.config.bases[generator];
  if (base === undefined) return undefined;
  const { parameters, checkpoint } = base;
  if (kind === 'qft') {
    return (read) =>
      trainingWork(read, {
        ...{ method, parameters, rows: countAccepted(read, expectRecipe('qft-data', parts, read)) },
        ...chooseTraining(step),
        commands: writeTraining(step, checkpoint),
        needs: listTrainingNeeds(parts, step.name, {
          path: checkpoint,
          source: parts.paper.generators[generator]?.repository,
        }),
      });
  }
  return (read) =>
    trainingWork(read, {
      ...{ method, parameters, rows: countAccepted(read, expectRecipe('qpo-data', parts, read), generator) },
      ...chooseTraining(step),
      commands: writeTraining(step, undefined),
      notes: mindSteps(step),
      needs: listTrainingNeeds(parts, step.name, undefined),
    });
}

/** What a plan can tell of how a training is run. */
function chooseTraining({
  settings: { steps },
  training,
}: Step): Pick<TrainingWorkOptions, 'processes' | 'isSharded' | 'checkpoints' | 'epochs'> {
  const { launcher, settings = {} } = training ?? {};
  const { sharding, keepCheckpoints } = settings;
  return {
    // One that ends by its steps has more epochs than it comes to.
    ...(steps === null ? readEpochs(settings) : {}),
    processes: launcher === undefined ? 1 : countProcesses(launcher),
    isSharded: sharding === 'full',
    ...(typeof keepCheckpoints === 'number' ? { checkpoints: keepCheckpoints } : {}),
  };
}

function readEpochs({ epochs }: { readonly epochs?: unknown }): Pick<TrainingWorkOptions, 'epochs'> {
  return typeof epochs === 'number' ? { epochs } : {};
}
