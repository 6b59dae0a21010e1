import {
  checkNeeds,
  formatNeeds,
  formatPlan,
  type GpuKind,
  gpuKinds,
  type LoopAccess,
  type LoopRecipe,
  makePlan,
  readFigures,
} from '@scalequest/loop';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';

export interface PlanFlags {
  readonly gpu?: GpuKind;
  readonly gpus?: number;
  readonly figures?: string;
  readonly json?: boolean;
}

interface PlanInput {
  readonly recipe: LoopRecipe;
  readonly folder: string;
  readonly access: LoopAccess;
  readonly flags: PlanFlags;
  readonly signal: AbortSignal;
}

/** What a loop will take, and whether all is there that it needs. Writes nothing. */
export async function printLoopPlan({ recipe, folder, access, flags, signal }: PlanInput): Promise<ExitCode> {
  const { gpu = gpuKinds[0], gpus = 1, json } = flags;
  const figures = flags.figures === undefined ? {} : { figures: await readFigures(flags.figures) };
  const plan = makePlan({ ...{ recipe, gpu, gpus, folder }, ...figures });
  if (plan.diskBytes === 0) throw refuseUncounted(recipe.name);
  const { cacheDir, dataDir, python } = access;
  const checks = await checkNeeds({
    ...{ recipe, plan, folder, cacheDir, python, signal, ...figures },
    ...(dataDir === undefined ? {} : { dataDir }),
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
