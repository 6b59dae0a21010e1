import { getBenchmark, listBenchmarks } from '@scalequest/datasets';
import { makeQuestionFilters, qftData, qpoPairs, type Recipe } from '@scalequest/synth';
import type { PlannedModel, Step, StepNeed, TrainingWork } from '../../engine/step.ts';
import { askers, leaveFilters, listAnswering, makeRecipe } from '../../recipes/scalequest/dataset-steps.ts';
import { describeDecontamination, locateDecontamination } from '../../recipes/scalequest/decontamination.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import { findResultTask } from '../../steps/find-result-task.ts';
import { type EvaluationWorkOptions, evaluationWork } from '../evaluation-work.ts';
import { countAccepted, synthesisWork } from '../synthesis-work.ts';
import { type TrainingWorkOptions, trainingWork } from '../training-work.ts';
import type { ReadFigure } from '../unit-figures.ts';
import { mindTemplate, writeEvaluation, writeExport, writeSynthesis, writeTraining } from './commands.ts';
import { planGiven } from './given-models.ts';
import { listServingNeeds, listTrainingNeeds, mindGpus, mindRewards } from './needs.ts';

type Work = NonNullable<Step['work']>;

/** The step that answers the seeds, for a control. */
const seedAnswers = 'questions-seeds-only';

/**
 * Says of each step of a paper's loop how much it is. It goes by the names and the settings of the steps, so that what makes them
 * needs to know nothing of plans; a test holds that no step which asks a model or trains one is left out.
 */
export function addWork(steps: readonly Step[], parts: LoopParts): readonly Step[] {
  return steps.map((step) => {
    const work = findWork(step, parts);
    return work === undefined ? step : { ...step, work };
  });
}

interface Lengths {
  readonly response: NonNullable<TrainingWorkOptions['response']>;
  readonly evaluated: NonNullable<EvaluationWorkOptions['reply']>;
}

/** How long its models write. */
const lengths: Readonly<Record<string, Lengths>> = {
  'scalequest-longcot': { response: 'long-response.tokens', evaluated: 'evaluated-thought.tokens' },
  'scalequest-code': { response: 'code-response.tokens', evaluated: 'evaluated-program.tokens' },
};

function findLengths({ paper }: LoopParts): Lengths {
  return lengths[paper.name] ?? { response: 'response.tokens', evaluated: 'evaluated-reply.tokens' };
}

function findWork(step: Step, parts: LoopParts): Work | undefined {
  switch (step.kind) {
    case 'synth':
      return planSynthesis(step, parts);
    case 'train':
      return planTraining(step, parts);
    case 'evaluate':
      return planEvaluation(step, parts);
    default:
      return step.name === 'dataset' ? planDataset(parts) : undefined;
  }
}

/** What a synthesis of the loop is: its recipe at the size that is expected. */
function expectRecipe(name: string, parts: LoopParts, read: ReadFigure): Recipe {
  const { config, access, paper } = parts;
  const { form, counts, bases } = config;
  const decontamination = locateDecontamination(config, access);
  if (name === 'qft-data') {
    const generators = [{ name: 'seeds', accept: 'all', rows: counts.seeds }] as const;
    if (config.seeds === undefined) {
      return { ...qftData({ form, cacheDir: access.cacheDir, dataDir: undefined, decontamination }), generators };
    }
    // Questions that people wrote: their language is known.
    const filters = makeQuestionFilters(form, decontamination).filter((stage) => stage.name === 'duplicates');
    return { ...{ name, description: '', generators }, stages: filters };
  }
  if (name === 'qpo-data') {
    const prefixes = Object.fromEntries(Object.entries(bases).map(([base, { asked }]) => [base, asked]));
    return qpoPairs({ form, rows: counts.generations, subject: paper.subject, prefixes, decontamination });
  }
  if (name === 'questions-no-filter') return leaveFilters(parts);
  if (name !== seedAnswers) return makeRecipe(parts);
  const seeds = Math.round(countAccepted(read, expectRecipe('qft-data', parts, read)));
  return {
    ...{ name: 'seed-answers', description: '', stages: listAnswering(parts) },
    generators: [{ name: 'seeds', accept: 'all', rows: seeds }],
  };
}

function planSynthesis(step: Step, parts: LoopParts): Work {
  const { config } = parts;
  return (read) => {
    const recipe = expectRecipe(step.name, parts, read);
    const roles = [...new Set(recipe.stages.flatMap(({ models = [] }) => models))];
    const arm = step.name === 'questions' ? 'full' : step.name.replace(/^questions-/, '');
    const models = Object.fromEntries(
      roles.map((role): [string, PlannedModel] => {
        const base = config.bases[role];
        if (base === undefined) return [role, planGiven(role, parts)];
        const trained = step.name === 'qpo-data' ? 'qft' : (askers[arm as keyof typeof askers] ?? 'qpo');
        return [role, { name: `${trained}-${role}`, parameters: base.parameters }];
      }),
    );
    return synthesisWork(read, {
      ...{ recipe, models, response: findLengths(parts).response },
      commands: writeSynthesis(step, { parts, recipe, models }),
      needs: [
        ...(step.name === 'qft-data' ? listSeeds(parts) : []),
        ...listBenchmarkNeeds(describeDecontamination(config).benchmarks),
        ...listServingNeeds({ parts, roles, steps: roles.filter((role) => config.bases[role] !== undefined) }),
        ...(recipe.stages.some(({ name }) => name === 'run') ? [{ kind: 'sandbox' } as const] : []),
      ],
      notes: [...mindGpus(parts, models), ...mindRewards(parts, roles), ...mindScale(step, parts)],
    });
  };
}

/** The command that is typed by hand has one number of rows for all generators, and none for a list. */
function mindScale({ name }: Step, { config: { counts, form }, paper }: LoopParts): readonly string[] {
  const whole = paper.counts(form);
  const isLess =
    (name === 'qft-data' && counts.seeds < whole.seeds) ||
    (name === 'qpo-data' && counts.generations < whole.generations) ||
    (name === 'questions' && Object.entries(whole.rows).some(([one, rows]) => (counts.rows[one] ?? 0) < rows));
  return isLess
    ? ['Typed by hand it makes as much as the paper; fewer rows need a recipe of your own (docs/recipes.md).']
    : [];
}

function listSeeds({ config: { seeds } }: LoopParts): readonly StepNeed[] {
  if (seeds !== undefined) return [{ kind: 'file', path: seeds.file }];
  return listBenchmarkNeeds(['gsm8k-train', 'math-train']);
}

/** Those that are made here, or are of the user's own, are there. */
function listBenchmarkNeeds(names: readonly string[]): readonly StepNeed[] {
  const known = new Set(listBenchmarks().map(({ name }) => name));
  return names.filter((name) => known.has(name)).map((name) => ({ kind: 'benchmark', name }));
}

const methods: ReadonlySet<string> = new Set<TrainingWork['method']>([
  'qft',
  'qpo',
  'student-sft',
  'difficulty-regressor',
]);

function planTraining(step: Step, parts: LoopParts): Work | undefined {
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
        ...chooseTraining(step, parts),
        commands: writeTraining(step, checkpoint, parts),
        needs: listTrainingNeeds(parts, { path: checkpoint, source: parts.paper.students[name]?.repository }),
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
        ...chooseTraining(step, parts),
        commands: writeTraining(step, checkpoint, parts),
        needs: listTrainingNeeds(parts, {
          path: checkpoint,
          source: parts.paper.generators[generator]?.repository,
        }),
      });
  }
  return (read) =>
    trainingWork(read, {
      ...{ method, parameters, rows: countAccepted(read, expectRecipe('qpo-data', parts, read), generator) },
      ...chooseTraining(step, parts),
      commands: writeTraining(step, undefined, parts),
      needs: listTrainingNeeds(parts, undefined),
    });
}

/** What the configuration says of a training that a plan can tell. */
function chooseTraining(
  { settings }: Step,
  { config: { train }, access }: LoopParts,
): Pick<TrainingWorkOptions, 'processes' | 'checkpoints'> {
  const choice = train.launcher ?? access.launcher;
  const { keepCheckpoints } = (settings.settings ?? {}) as { readonly keepCheckpoints?: unknown };
  return {
    processes: choice === undefined || choice.launcher === 'local' ? 1 : (choice.processes ?? 1),
    ...(typeof keepCheckpoints === 'number' ? { checkpoints: keepCheckpoints } : {}),
  };
}

/** The student of a step, by the step's name without its beginning: one of a control has the control's name behind it. */
function findStudent(
  name: string,
  { config }: LoopParts,
): { readonly name: string; readonly parameters: number; readonly checkpoint: string } | undefined {
  const found = Object.entries(config.students).find(([student]) =>
    [student, ...config.arms.map((arm) => `${student}-${arm}`)].includes(name),
  );
  return found === undefined ? undefined : { ...found[1], name: found[0] };
}

function planEvaluation(step: Step, parts: LoopParts): Work | undefined {
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
        ...listBenchmarkNeeds(config.benchmarks.map(({ name: one }) => one)),
        ...listServingNeeds({ parts, roles: [], steps: [model.name] }),
        ...(config.benchmarks.some(({ name: one }) => findResultTask(one).tests !== undefined)
          ? [{ kind: 'sandbox' } as const]
          : []),
      ],
    });
}

function planDataset(parts: LoopParts): Work {
  return (read) => ({
    commands: writeExport(parts),
    // Parquet packs the rows as well as the shards do.
    diskBytes: Math.round(countAccepted(read, makeRecipe(parts)) * read('row.bytes') * read('shard.bytes-per-byte')),
  });
}
