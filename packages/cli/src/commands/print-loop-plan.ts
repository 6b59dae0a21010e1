import {
  checkNeeds,
  formatNeeds,
  formatPlan,
  type GpuKind,
  gpuKinds,
  type LoopAccess,
  type LoopRecipe,
  makePlan,
  readDoneSteps,
  readFigures,
} from '@scalequest/loop';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';

export interface PlanFlags {
  readonly plan?: boolean;
  readonly gpu?: GpuKind;
  readonly gpus?: number;
  readonly figures?: string;
  readonly json?: boolean;
}

/**
 * What only a plan has a use for would be passed over without a word by a loop that begins, and spends.
 *
 * @throws CliError `BAD_OPTION`
 */
export function requirePlan({ plan, gpu, gpus, figures }: PlanFlags): void {
  if (plan === true) return;
  const given = Object.entries({ gpu, gpus, figures }).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  const [flag] = given;
  if (flag === undefined) return;
  throw new CliError({
    ...{ code: 'BAD_OPTION', kind: 'request', what: `Option '--${flag}' is for a plan, and there is no '--plan'.` },
    why: 'A loop takes the GPUs that its configuration names; nothing was begun.',
    next: `Add --plan to see what it will take, or leave --${given.join(' and --')} out.`,
  });
}

interface PlanInput {
  readonly recipe: LoopRecipe;
  readonly folder: string;
  readonly seed: number;
  readonly access: LoopAccess;
  readonly flags: PlanFlags;
  readonly signal: AbortSignal;
}

/** What a loop will take, or what is left of it, and whether all is there that it needs. Writes nothing. */
export async function printLoopPlan({ recipe, folder, seed, access, flags, signal }: PlanInput): Promise<ExitCode> {
  if (recipe.steps.every(({ work }) => work === undefined)) throw refuseUncounted(recipe.name);
  const { gpu = gpuKinds[0], gpus = 1, json } = flags;
  const figures = flags.figures === undefined ? {} : { figures: await readFigures(flags.figures) };
  const done = await readDoneSteps(folder, { recipe, seed });
  const plan = makePlan({ ...{ recipe, gpu, gpus, folder, done }, ...figures });
  const { cacheDir, dataDir, python, maxCost } = access;
  const checks = await checkNeeds({
    ...{ recipe, plan, folder, cacheDir, python, signal, ...figures },
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(maxCost === undefined ? {} : { maxCost }),
  });
  console.log(json === true ? JSON.stringify({ plan, checks }) : `${formatPlan(plan)}\n\n${formatNeeds(checks)}`);
  return checks.some(({ status }) => status === 'missing') ? 1 : 0;
}

function refuseUncounted(loop: string): CliError {
  return new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `There is no plan of the loop '${loop}'.`,
    why: 'Plans are for GPUs and servers, and this one needs neither.',
    next: `Run it: \`scalequest loop ${loop} --out DIR\`; docs/loop.md says how long it takes.`,
    fields: { loop },
  });
}
