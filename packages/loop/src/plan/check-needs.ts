import { makeChildEnvironment, pathExists } from '@scalequest/core';
import { findVllm } from '@scalequest/train-bridge';
import { trainingKinds } from '../config/loop-config.ts';
import type { LoopRecipe } from '../engine/loop-recipe.ts';
import type { StepNeed } from '../engine/step.ts';
import { getTokenPrices, readLoopCost } from '../models/spending.ts';
import type { Plan } from './make-plan.ts';
import { checkBenchmark, type DataAccess } from './needs/check-benchmark.ts';
import { checkCost } from './needs/check-cost.ts';
import { checkEndpoint } from './needs/check-endpoint.ts';
import { checkGpus, type Gpu } from './needs/check-gpus.ts';
import { checkModel } from './needs/check-model.ts';
import { checkPython } from './needs/check-python.ts';
import { checkRoom, type MeasureFreeBytes } from './needs/check-room.ts';
import { checkSandbox } from './needs/check-sandbox.ts';
import type { Finding, NeedCheck } from './needs/need-check.ts';
import { ok } from './needs/need-check.ts';
import { showBytes } from './show-amounts.ts';
import { type UnitFigures, unitFigures } from './unit-figures.ts';

export interface CheckNeedsOptions extends DataAccess {
  readonly recipe: LoopRecipe;
  /** Of that recipe: its room, its GPUs and the memory of its trainings are looked for. */
  readonly plan: Plan;
  /** Where the loop will be written. */
  readonly folder: string;
  /** The interpreter that trains. @defaultValue one in the cache */
  readonly python?: string | undefined;
  /** Where variables with keys are looked for. @defaultValue that of this process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly figures?: UnitFigures;
  /** Says which GPUs this machine has. @defaultValue `nvidia-smi` */
  readonly listGpus?: () => Promise<readonly Gpu[] | string>;
  /** @defaultValue asks the file system */
  readonly measureFreeBytes?: MeasureFreeBytes;
  /** Bound of what services may cost. @defaultValue none, and it is not looked at */
  readonly maxCost?: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks at everything that a loop needs before it begins, for real: servers are asked, folders of models opened, benchmarks hashed,
 * the Python that trains is started. Nothing is installed, downloaded or written, and no server that may bill is asked for a reply.
 *
 * @returns one check for each thing, in the order in which the loop comes to need it
 * @example
 * const checks = await checkNeeds({ recipe, plan, folder: 'loops/math', cacheDir: '/home/me/.cache/scalequest' });
 * process.exitCode = checks.some(({ status }) => status === 'missing') ? 1 : 0;
 */
export async function checkNeeds(options: CheckNeedsOptions): Promise<readonly NeedCheck[]> {
  const { plan, folder, measureFreeBytes } = options;
  const room = async (): Promise<NeedCheck> => ({
    ...{ name: 'disk', steps: [] },
    ...(await checkRoom(folder, {
      bytes: plan.diskBytes,
      ...(measureFreeBytes === undefined ? {} : { measure: measureFreeBytes }),
    })),
  });
  const gathered = gatherNeeds(options);
  return await Promise.all([
    room(),
    ...(options.maxCost === undefined ? [] : [checkSpending(options.maxCost, options)]),
    ...checkMemory(plan),
    ...gathered.map(async ({ name, need, steps }) => ({
      ...{ name, steps },
      ...(await checkNeed(need, { ...options, steps, allNeeds: gathered })),
    })),
  ]);
}

async function checkSpending(
  maxCost: number,
  { recipe, plan, folder, figures = unitFigures }: CheckNeedsOptions,
): Promise<NeedCheck> {
  const calls = recipe.steps.flatMap(({ work }) => work?.((name) => figures[name].value).calls ?? []);
  const prices = calls.flatMap(({ role, model }) => {
    const known = getTokenPrices(model);
    return known === undefined ? [] : [[role, known] as const];
  });
  const spent = await readLoopCost(folder, Object.fromEntries(prices));
  return { name: 'cost', steps: [], ...checkCost({ maxCost, spent, expected: plan.apiCost }) };
}

/** Whether each training fits GPUs of the kind that was planned with, wherever they are. */
function checkMemory({ steps, gpu, gpus }: Plan): readonly NeedCheck[] {
  const trainings = steps.flatMap(({ step, training }) => (training === undefined ? [] : [{ step, ...training }]));
  if (trainings.length === 0) return [];
  const measure = (some: typeof trainings): string => showBytes(Math.max(...some.map((one) => one.memoryBytes)));
  const unfit = trainings.filter(({ fits }) => !fits);
  const name = 'GPU memory';
  if (unfit.length === 0) {
    const found = `Each training fits its ${gpu}: the largest wants ${measure(trainings)} of each GPU, and activations on top.`;
    return [{ name, steps: [], ...ok(found) }];
  }
  const whole = unfit.filter(({ isSharded }) => !isSharded);
  return [
    {
      ...{ name, steps: unfit.map(({ step }) => step), status: 'missing' },
      what: `${unfit.length} of ${trainings.length} trainings do not fit one ${gpu}: the largest wants ${measure(unfit)}.`,
      why:
        whole.length === 0
          ? 'Also what each GPU has of a model that several split is too much.'
          : 'Each GPU holds the whole model, its gradients and AdamW in float32, unless several split them.',
      next:
        whole.length === 0 || gpus === 1
          ? 'Plan with more GPUs that split them (--gpus), larger ones (--gpu) or smaller models: docs/reproduce-scalequest.md says what fits.'
          : `Split them over the GPUs in the configuration: ${writeSplit(
              whole.map(({ step }) => step),
              gpus,
            )}.`,
    },
  ];
}

/** What a configuration says so that GPUs split the weights of trainings. */
function writeSplit(steps: readonly string[], gpus: number): string {
  const kinds = trainingKinds.filter((kind) => steps.some((step) => step.startsWith(`${kind}-`)));
  const settings = Object.fromEntries((kinds.length === 0 ? steps : kinds).map((name) => [name, { sharding: 'full' }]));
  return `"train": ${JSON.stringify({ launcher: { launcher: 'torchrun', processes: gpus }, settings })}`;
}

interface GatheredNeed {
  readonly name: string;
  readonly need: StepNeed;
  readonly steps: readonly string[];
}

/** Each thing once, with the steps that want it and are not done. */
function gatherNeeds({ recipe, plan, figures = unitFigures }: CheckNeedsOptions): readonly GatheredNeed[] {
  const byName = new Map<string, { name: string; need: StepNeed; steps: string[] }>();
  const left = recipe.steps.filter(({ name }) => !plan.done.includes(name));
  for (const step of left) {
    for (const need of step.work?.((name) => figures[name].value).needs ?? []) {
      const name = nameNeed(need);
      const gathered = byName.get(name) ?? { name, need, steps: [] };
      if (!gathered.steps.includes(step.name)) gathered.steps.push(step.name);
      byName.set(name, gathered);
    }
  }
  return [...byName.values()];
}

function nameNeed(need: StepNeed): string {
  switch (need.kind) {
    case 'model':
      return `model ${need.path}`;
    case 'benchmark':
      return `benchmark ${need.name}`;
    case 'endpoint':
      return `endpoint ${need.role}`;
    case 'file':
      return `file ${need.path}`;
    default:
      return need.kind;
  }
}

interface CheckNeedInput extends CheckNeedsOptions {
  readonly steps: readonly string[];
  readonly allNeeds: readonly GatheredNeed[];
}

async function checkNeed(need: StepNeed, input: CheckNeedInput): Promise<Finding> {
  const { environment = makeChildEnvironment(), signal, python, cacheDir, plan, steps, allNeeds, listGpus } = input;
  switch (need.kind) {
    case 'model':
      return await checkModel(need);
    case 'benchmark':
      return await checkBenchmark(need.name, {
        cacheDir,
        dataDir: need.dataDir ?? input.dataDir,
        allowDownload: need.allowDownload ?? input.allowDownload ?? true,
      });
    case 'endpoint':
      return await checkEndpoint(need, { environment, signal });
    case 'file':
      return await checkFile(need.path);
    case 'python': {
      const onGpus = allNeeds.find((one) => one.need.kind === 'gpus')?.steps ?? [];
      const wantsGpu = steps.some((step) => onGpus.includes(step));
      return await checkPython({ configured: need.interpreter ?? python, cacheDir, wantsGpu });
    }
    case 'gpus': {
      const here = plan.steps.filter(({ step }) => steps.includes(step));
      return await checkGpus({
        count: plan.gpus,
        trainings: here.flatMap(({ step, training }) => (training === undefined ? [] : [{ step, ...training }])),
        ...(listGpus === undefined ? {} : { listGpus }),
      });
    }
    case 'vllm':
      return checkVllm(python, need);
    case 'sandbox':
      return await checkSandbox();
  }
}

function checkVllm(python: string | undefined, { isWanted }: { readonly isWanted: boolean }): Finding {
  const found = findVllm(python);
  if (found !== undefined) return ok(`'${found}' serves models.`);
  return {
    status: isWanted ? 'missing' : 'warn',
    what: "No program 'vllm' stands on the PATH, nor beside the configured Python.",
    why: 'Models of billions of weights would be served by transformers, which is much slower.',
    next: 'pip install vllm, in an environment of its own whose bin/ is on the PATH',
  };
}

async function checkFile(path: string): Promise<Finding> {
  return (await pathExists(path))
    ? ok(`'${path}' is there.`)
    : {
        status: 'missing',
        what: `There is no file '${path}'.`,
        next: 'Put it there, or correct its path in the configuration.',
      };
}
