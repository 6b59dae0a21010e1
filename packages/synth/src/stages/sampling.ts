import type { Sampling } from '@scalequest/models';
import { SynthError } from '../errors.ts';

/** How a stage samples; what is left out is the stage's own. */
export type SamplingOptions = Partial<StageSampling>;

export type StageSampling = Pick<Sampling, 'temperature' | 'topP' | 'maxTokens' | 'stop'>;

/** @throws SynthError `INVALID_OPTION` */
export function chooseSampling(given: SamplingOptions | undefined, defaults: StageSampling): StageSampling {
  const sampling = { ...defaults, ...given };
  const { temperature, topP, maxTokens } = sampling;
  requireOption('temperature', temperature, {
    isRight: temperature >= 0 && temperature <= 2,
    wanted: 'a number from 0 to 2',
  });
  requireOption('topP', topP, { isRight: topP > 0 && topP <= 1, wanted: 'a number above 0, up to 1' });
  requireWhole('maxTokens', maxTokens, { least: 1 });
  return sampling;
}

/** @throws SynthError `INVALID_OPTION` */
export function requireWhole(
  name: string,
  value: number,
  { least, most = Number.MAX_SAFE_INTEGER }: { readonly least: number; readonly most?: number },
): number {
  const isRight = Number.isSafeInteger(value) && value >= least && value <= most;
  const end = most === Number.MAX_SAFE_INTEGER ? ` of ${least} or more` : ` from ${least} to ${most}`;
  requireOption(name, value, { isRight, wanted: `a whole number${end}` });
  return value;
}

/** @throws SynthError `INVALID_OPTION` */
export function requireShare(name: string, value: number): number {
  requireOption(name, value, { isRight: value >= 0 && value <= 1, wanted: 'a share from 0 to 1' });
  return value;
}

function requireOption(
  name: string,
  value: unknown,
  { isRight, wanted }: { readonly isRight: boolean; readonly wanted: string },
): void {
  if (isRight) return;
  throw new SynthError({
    code: 'INVALID_OPTION',
    kind: 'request',
    what: `Option '${name}' is ${String(value)}.`,
    next: `Give ${wanted}.`,
    fields: { name, value },
  });
}
