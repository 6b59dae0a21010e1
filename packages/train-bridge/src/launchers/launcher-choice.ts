import { z } from 'zod';
import { TrainBridgeError } from '../errors.ts';

/**
 * Where and in how many processes a training runs. It does not change which rows a step trains, and so the weights only by
 * how sums are rounded: a run may go on with another launcher.
 *
 * - `local`: one process on this host
 * - `torchrun`: several on this host, each on a GPU of its own where there are GPUs; each holds the weights, or its share of them (`sharding`)
 * - `accelerate`: the same by `accelerate launch` with a configuration that is written into the run folder
 * - `ray`: on a Ray cluster, through its dashboard's job server
 */
export type LauncherChoice =
  | { readonly launcher: 'local' }
  | { readonly launcher: 'torchrun'; readonly processes: number }
  | { readonly launcher: 'accelerate'; readonly processes: number }
  | RayChoice;

export interface RayChoice {
  readonly launcher: 'ray';
  /** Of the dashboard: `http://head:8265`. */
  readonly address: string;
  /** @defaultValue 1 */
  readonly processes?: number | undefined;
  /** To reserve: 0 to 1. @defaultValue 0 where the configuration's device is `cpu`, else 1 */
  readonly gpusPerProcess?: number | undefined;
  /** To reserve. @defaultValue the configuration's threads */
  readonly cpusPerProcess?: number | undefined;
  /** Other resources to reserve for each process, as the cluster names them: `{ a100: 1 }`. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** The interpreter on the cluster that has Ray, needed for several processes. @defaultValue 'python' */
  readonly rayPython?: string | undefined;
}

const processes = z.int().min(1).max(4096);

/** A choice as a file of the user's has it. */
export const launcherChoiceSchema: z.ZodType<LauncherChoice> = z.discriminatedUnion('launcher', [
  z.strictObject({ launcher: z.literal('local') }),
  z.strictObject({ launcher: z.literal('torchrun'), processes }),
  z.strictObject({ launcher: z.literal('accelerate'), processes }),
  z
    .strictObject({
      launcher: z.literal('ray'),
      address: z.url({ protocol: /^https?$/, error: 'it is written as http://head:8265, with its scheme' }),
      processes: processes.optional(),
      gpusPerProcess: z.number().min(0).max(1).optional(),
      cpusPerProcess: z.number().positive().optional(),
      resources: z.record(z.string().min(1), z.number().positive()).optional(),
      rayPython: z.string().min(1).optional(),
    })
    .refine(({ processes = 1, gpusPerProcess = 1 }) => processes === 1 || Number.isInteger(gpusPerProcess), {
      path: ['gpusPerProcess'],
      message: 'a share of a GPU is for a training of one process',
    }),
]);

/** Processes that a launcher starts. */
export function countProcesses(choice: LauncherChoice): number {
  return choice.launcher === 'local' ? 1 : (choice.processes ?? 1);
}

/** @throws TrainBridgeError `BAD_LAUNCHER`, a wrong request */
export function checkLauncherChoice(choice: LauncherChoice): LauncherChoice {
  const checked = launcherChoiceSchema.safeParse(choice);
  if (checked.success) return choice;
  const issue = checked.error.issues[0];
  throw new TrainBridgeError({
    code: 'BAD_LAUNCHER',
    kind: 'request',
    what: `The launcher '${choice.launcher}' cannot be used so.`,
    why: `${issue?.path.join('.') ?? 'The choice'}: ${issue?.message ?? 'not usable'}.`,
    next: 'docs/launchers.md says which takes what.',
    fields: { launcher: choice.launcher },
  });
}
