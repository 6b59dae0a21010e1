import { quoteForShell } from '@scalequest/core';
import type { LoopRecipe } from '../engine/loop-recipe.ts';
import type { ModelWork, Step, StepKind, StepWork, TrainingWork } from '../engine/step.ts';
import { findRate, findTrainingRate } from './rates.ts';
import { type ServedModel, spreadGpus } from './spread-gpus.ts';
import {
  type Figure,
  type FigureName,
  type GpuKind,
  type ReadFigure,
  type UnitFigures,
  unitFigures,
} from './unit-figures.ts';

export interface MakePlanOptions {
  readonly recipe: LoopRecipe;
  /** @defaultValue those that ship */
  readonly figures?: UnitFigures;
  readonly gpu: GpuKind;
  /** How many there are. */
  readonly gpus: number;
  /** In $. @defaultValue the figure of the GPU */
  readonly gpuHourPrice?: number;
  /** Stands for `{loop}` in commands. @defaultValue 'LOOP' */
  readonly folder?: string;
  /** Steps that are behind it: they are in no sum. @defaultValue none */
  readonly done?: ReadonlySet<string>;
}

/** What a loop will take, in numbers. Nothing is asked and nothing is looked at: {@link checkNeeds} does that. */
export interface Plan extends PlanSums {
  readonly loop: string;
  readonly description: string;
  readonly gpu: GpuKind;
  readonly gpus: number;
  readonly gpuHourPrice: number;
  /** Names of the steps that are behind it. */
  readonly done: readonly string[];
  /** Those that are left. */
  readonly steps: readonly PlannedStep[];
  /** The chain of steps that takes longest: no more steps at once make the loop shorter than it. */
  readonly criticalPath: { readonly steps: readonly string[]; readonly hours: number };
  /** Every figure that was used, with where it comes from. */
  readonly figures: Readonly<Record<string, Figure>>;
}

export interface PlanSums {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Tokens that pass through a model in training. */
  readonly trainedTokens: number;
  readonly gpuHours: number;
  /** By the clock, one step after the other. */
  readonly hours: number;
  /** In $, of the GPUs' hours. */
  readonly gpuCost: number;
  /** In $, of services that bill by tokens; those without a price are not in it. */
  readonly apiCost: number;
  readonly diskBytes: number;
}

export interface PlannedStep extends PlanSums {
  readonly step: string;
  readonly kind: StepKind;
  readonly after: readonly string[];
  /** Whether the step says how much it is: else its amounts are 0, and nothing is meant by it. */
  readonly isPlanned: boolean;
  readonly commands: readonly string[];
  /** Models that must be served while the step is at work, and how many GPUs each is best given. */
  readonly serves: readonly ServedModel[];
  readonly training?: PlannedTraining;
  /** Names of figures that it rests on and nobody measured. */
  readonly estimates: readonly FigureName[];
  readonly notes: readonly string[];
}

export interface PlannedTraining extends TrainingWork {
  /** That each GPU must have, without activations. */
  readonly memoryBytes: number;
  readonly fits: boolean;
  /** That share it. */
  readonly gpus: number;
  /** Whether they split the weights. One has nobody to split them with. */
  readonly isSharded: boolean;
}

/**
 * Says what each step of a loop takes: commands, requests, tokens, hours, money and room, and all of them together.
 *
 * It is as good as the unit figures are: `estimates` names those behind each step that nobody measured.
 *
 * @example
 * const plan = makePlan({ recipe: scalequestMathLoop(configuration), gpu: 'h100', gpus: 8 });
 * console.log(formatPlan(plan));
 */
export function makePlan(options: MakePlanOptions): Plan {
  const { recipe, figures = unitFigures, gpu, gpus, folder = 'LOOP', done = new Set() } = options;
  const used = new Map<FigureName, Figure>();
  const read: ReadFigure = (name) => {
    used.set(name, figures[name]);
    return figures[name].value;
  };
  const gpuHourPrice = options.gpuHourPrice ?? read(`${gpu}.price`);
  const left = recipe.steps.filter(({ name }) => !done.has(name));
  const steps = left.map((step) => planStep(step, { read, figures, gpu, gpus, gpuHourPrice, folder, used }));
  return {
    ...{ loop: recipe.name, description: recipe.description, gpu, gpus, gpuHourPrice, done: [...done], steps },
    ...sumUp(steps),
    criticalPath: findCriticalPath(steps),
    figures: Object.fromEntries(used),
  };
}

interface PlanStepInput
  extends Required<Pick<MakePlanOptions, 'figures' | 'gpu' | 'gpus' | 'gpuHourPrice' | 'folder'>> {
  readonly read: ReadFigure;
  readonly used: ReadonlyMap<FigureName, Figure>;
}

function planStep(step: Step, input: PlanStepInput): PlannedStep {
  const { gpu, gpus, gpuHourPrice, folder, figures } = input;
  const mine = new Set<FigureName>();
  const read: ReadFigure = (name) => {
    mine.add(name);
    return input.read(name);
  };
  const work: StepWork = step.work?.(read) ?? { commands: [], diskBytes: 0 };
  const calls = work.calls ?? [];
  const hosted = calls.filter(({ model }) => model.parameters === undefined);
  const serves = spreadGpus(
    calls.flatMap((call) => {
      const { parameters } = call.model;
      return parameters === undefined ? [] : [{ call, gpuHours: countHours(read, call, { gpu, parameters }) }];
    }),
    gpus,
  );
  const bill = hosted.map((call) => ({ call, cost: findCost(read, call, figures) }));
  const training = work.training === undefined ? undefined : planTraining(read, work.training, { gpu, gpus });
  const served = serves.models.reduce((sum, { gpuHours }) => sum + gpuHours, 0);
  const trained = training?.gpuHours ?? 0;
  return {
    ...{ step: step.name, kind: step.kind, after: step.after, isPlanned: step.work !== undefined },
    commands: work.commands.map((command) => command.replaceAll('{loop}', () => quoteForShell(folder))),
    requests: sum(calls.map(({ requests }) => requests)),
    promptTokens: sum(calls.map(({ promptTokens }) => promptTokens)),
    completionTokens: sum(calls.map(({ completionTokens }) => completionTokens)),
    trainedTokens: work.training?.tokens ?? 0,
    gpuHours: served + trained,
    hours: serves.hours + trained / (training?.planned.gpus ?? 1),
    gpuCost: (served + trained) * gpuHourPrice,
    apiCost: sum(bill.map(({ cost }) => cost ?? 0)),
    diskBytes: work.diskBytes,
    serves: serves.models,
    ...(training === undefined ? {} : { training: training.planned }),
    estimates: [...mine].filter((name) => ['derived', 'assumed'].includes(figures[name].mark)).sort(),
    notes: [
      ...(work.notes ?? []),
      ...serves.notes,
      ...bill.flatMap(({ call, cost }) =>
        cost === undefined ? [`No price is known for '${call.model.name}': what it bills is not in the sum.`] : [],
      ),
      ...(training === undefined ? [] : describeTraining(training.planned, { read, gpu, gpus })),
    ],
  };
}

function countHours(
  read: ReadFigure,
  { task, requests, completionTokens }: ModelWork,
  { gpu, parameters }: { readonly gpu: GpuKind; readonly parameters: number },
): number {
  const amount = task === 'scores' ? requests : completionTokens;
  return amount === 0 ? 0 : amount / findRate(read, { gpu, task, parameters }) / 3600;
}

/** Undefined where nobody said a price. */
function findCost(
  read: ReadFigure,
  { model, promptTokens, completionTokens }: ModelWork,
  figures: UnitFigures,
): number | undefined {
  const bill = (price: { readonly in: number; readonly out: number }): number =>
    (promptTokens * price.in + completionTokens * price.out) / 1e6;
  if (model.prices !== undefined) return bill(model.prices);
  const [prompt, completion] = [`${model.name}.prompt-price`, `${model.name}.completion-price`];
  if (!(prompt in figures) || !(completion in figures)) return undefined;
  return bill({ in: read(prompt as FigureName), out: read(completion as FigureName) });
}

function planTraining(
  read: ReadFigure,
  work: TrainingWork,
  { gpu, gpus }: { readonly gpu: GpuKind; readonly gpus: number },
): { readonly gpuHours: number; readonly planned: PlannedTraining } {
  const { method, parameters, tokens, processes = gpus } = work;
  const shared = Math.min(gpus, processes);
  const isSharded = work.isSharded === true && shared > 1;
  const memoryBytes = measureMemory(read, work, isSharded ? shared : 1);
  return {
    gpuHours: tokens / findTrainingRate(read, { gpu, method, parameters }) / 3600,
    planned: { ...work, memoryBytes, fits: memoryBytes < read(`${gpu}.memory`) * 1e9, gpus: shared, isSharded },
  };
}

/** What a training takes on each of the GPUs that split its weights; on one, all of it. */
function measureMemory(read: ReadFigure, { method, parameters }: TrainingWork, gpus: number): number {
  const held = read('training.memory-bytes') + (method === 'qpo' ? read('training.reference-bytes') : 0);
  const gathered = gpus > 1 ? read('training.gathered-bytes') : 0;
  return (held / gpus + gathered) * parameters * 1e9;
}

interface DescribeTrainingInput {
  readonly read: ReadFigure;
  readonly gpu: GpuKind;
  readonly gpus: number;
}

function describeTraining(training: PlannedTraining, input: DescribeTrainingInput): readonly string[] {
  const { fits, gpus: shared, isSharded, processes = shared } = training;
  const { gpus } = input;
  return [
    ...(fits ? [] : [describeMemory(training, input)]),
    ...(fits && isSharded
      ? [
          `Its weights are split over ${shared} GPUs, which we have tried on CPUs alone (docs/training.md). What passes between them is not in its hours.`,
        ]
      : []),
    ...(shared < gpus
      ? [`It trains on ${shared} of ${gpus} GPUs: several share it with the launcher torchrun, accelerate or ray.`]
      : []),
    ...(processes > gpus
      ? [`It is started in ${processes} processes, each on a GPU of its own, and planned on ${gpus} GPUs.`]
      : []),
  ];
}

/** Why a training does not fit, and what makes it. */
function describeMemory(training: PlannedTraining, { read, gpu, gpus }: DescribeTrainingInput): string {
  const { memoryBytes, isSharded, gpus: shared } = training;
  const room = read(`${gpu}.memory`);
  const showGigabytes = (bytes: number): number => Math.ceil(bytes / 1e9);
  const where = isSharded ? `on each of ${shared} GPUs that split its weights` : 'on each GPU';
  const takes = `It takes ${showGigabytes(memoryBytes)} GB ${where}, of which this kind has ${room}.`;
  const split = measureMemory(read, training, gpus);
  if (gpus > shared || (gpus > 1 && !isSharded)) {
    if (split < room * 1e9)
      return `${takes} Split over ${gpus} GPUs it takes ${showGigabytes(split)}: set its "sharding" to "full", and a launcher of ${gpus} processes.`;
  }
  return `${takes} More GPUs that split it ("sharding"), larger ones or a smaller model would do.`;
}

function sumUp(steps: readonly PlannedStep[]): PlanSums {
  const all = (pick: (step: PlannedStep) => number): number => sum(steps.map(pick));
  return {
    requests: all(({ requests }) => requests),
    promptTokens: all(({ promptTokens }) => promptTokens),
    completionTokens: all(({ completionTokens }) => completionTokens),
    trainedTokens: all(({ trainedTokens }) => trainedTokens),
    gpuHours: all(({ gpuHours }) => gpuHours),
    hours: all(({ hours }) => hours),
    gpuCost: all(({ gpuCost }) => gpuCost),
    apiCost: all(({ apiCost }) => apiCost),
    diskBytes: all(({ diskBytes }) => diskBytes),
  };
}

/** Steps stand behind those that they read; what is done takes no more time. */
function findCriticalPath(steps: readonly PlannedStep[]): Plan['criticalPath'] {
  const ends = new Map<string, Plan['criticalPath']>();
  let longest: Plan['criticalPath'] = { steps: [], hours: 0 };
  for (const { step, after, hours } of steps) {
    const before = after.flatMap((name) => ends.get(name) ?? []).sort((a, b) => b.hours - a.hours);
    const [last = { steps: [], hours: 0 }] = before;
    const end = { steps: [...last.steps, step], hours: last.hours + hours };
    ends.set(step, end);
    if (end.hours > longest.hours) longest = end;
  }
  return longest;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
