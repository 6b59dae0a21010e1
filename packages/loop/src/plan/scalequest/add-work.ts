import { decontaminationBenchmarks } from '@scalequest/synth';
import type { PlannedModel, Step, StepNeed } from '../../engine/step.ts';
import { askers, makeRecipe } from '../../recipes/scalequest/dataset-steps.ts';
import { describeDecontamination } from '../../recipes/scalequest/decontamination.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import { countAccepted, synthesisWork } from '../synthesis-work.ts';
import { writeExport, writeSynthesis } from './commands.ts';
import { expectRecipe } from './expect-recipe.ts';
import { findStudent } from './find-student.ts';
import { planGiven } from './given-models.ts';
import { findLengths } from './lengths.ts';
import { listBenchmarkNeeds, listServingNeeds, mindGpus, mindRewards } from './needs.ts';
import { planEvaluation } from './plan-evaluation.ts';
import { planTraining } from './plan-training.ts';

type Work = NonNullable<Step['work']>;

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

function findWork(step: Step, parts: LoopParts): Work | undefined {
  switch (step.kind) {
    case 'synth':
      return planSynthesis(step, parts);
    case 'train':
      return planTraining(step, parts);
    case 'evaluate':
      return planEvaluation(step, parts);
    case 'rows':
      return step.name === 'dataset' ? planDataset(parts) : planStudentRows(step, parts);
    default:
      return undefined;
  }
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
    const commands = writeSynthesis(step, { parts, recipe, models });
    return synthesisWork(read, {
      ...{ recipe, models, commands, response: findLengths(parts).response },
      needs: [
        ...(step.name === 'qft-data' ? listSeeds(parts) : []),
        ...listBenchmarkNeeds(describeDecontamination(config).benchmarks, parts),
        ...listServingNeeds({ parts, roles, steps: roles.filter((role) => config.bases[role] !== undefined) }),
        ...(recipe.stages.some(({ name }) => name === 'run') ? [{ kind: 'sandbox' } as const] : []),
      ],
      notes: [
        ...mindGpus(parts, models),
        ...mindRewards(parts, roles),
        ...(commands.length === 0 ? [] : [...mindScale(step, parts), ...mindOwn(step, parts)]),
      ],
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

/** What is the configuration's own, and no flag of the command takes. */
function mindOwn({ name }: Step, { config, paper }: LoopParts): readonly string[] {
  const prefixed = Object.entries(config.bases).flatMap(([one, { prefix }]) =>
    prefix === paper.generators[one]?.prefix ? [] : [one],
  );
  const compared = describeDecontamination(config).benchmarks.filter((one) => !decontaminationBenchmarks.includes(one));
  return [
    ...(name === 'qft-data' || prefixed.length === 0
      ? []
      : [
          `Typed by hand it asks ${prefixed.join(', ')} with the paper's prefix; that of the configuration needs a recipe of your own (docs/recipes.md).`,
        ]),
    ...(compared.length === 0 ? [] : [`Typed by hand it does not compare questions with ${compared.join(', ')}.`]),
  ];
}

function listSeeds(parts: LoopParts): readonly StepNeed[] {
  const { seeds } = parts.config;
  if (seeds !== undefined) return [{ kind: 'file', path: seeds.file }];
  return listBenchmarkNeeds(['gsm8k-train', 'math-train'], parts);
}

/** What a student learns from, laid out for its training; of a control as much as of the whole. */
function planStudentRows({ name }: Step, parts: LoopParts): Work | undefined {
  if (findStudent(name.replace(/^rows-/, ''), parts) === undefined) return undefined;
  return (read) => {
    const tokens = read('solve-prompt.tokens') + read('question.tokens') + read(findLengths(parts).response);
    const rows = countAccepted(read, makeRecipe(parts));
    return { commands: [], diskBytes: Math.round(rows * tokens * read('text.bytes-per-token')) };
  };
}

function planDataset(parts: LoopParts): Work {
  return (read) => ({
    commands: writeExport(parts),
    // Parquet packs the rows as well as the shards do.
    diskBytes: Math.round(countAccepted(read, makeRecipe(parts)) * read('row.bytes') * read('shard.bytes-per-byte')),
  });
}
