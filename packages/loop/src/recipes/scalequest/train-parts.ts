import { requirePython, type TrainSettings } from '@scalequest/train-bridge';
import type { ResolvedBase, ResolvedConfig } from '../../config/resolve-config.ts';
import type { TrainAccess } from '../../steps/train-step.ts';
import type { LoopAccess } from '../loop-access.ts';

/** Questions stand behind the very text that the generator is asked with, and end with what it stops at. */
export function writeTemplate({ prefix, beginning }: ResolvedBase): TrainSettings {
  return {
    'template.kind': 'raw',
    'template.prefix': `${beginning}${prefix.prefix}`,
    'template.end': prefix.ending,
  };
}

/** What the user puts over a training: for all of a kind (`qft`), and for one of them (`qft-qwen`). */
export function chooseSettings({ train: { settings = {} } }: ResolvedConfig, kind: string, of: string): TrainSettings {
  return { ...settings[kind], ...settings[`${kind}-${of}`] };
}

/** How the trainings of a loop are run: as its configuration says, else as whoever runs it. */
export function makeTrainAccess({
  config: { train },
  access,
}: {
  readonly config: Pick<ResolvedConfig, 'train'>;
  readonly access: LoopAccess;
}): TrainAccess {
  const { command, versions, cacheDir } = access;
  const { python, launcher = access.launcher } = train;
  return {
    ...{ command, versions },
    getPython: python === undefined ? access.getPython : () => requirePython({ configured: python, cacheDir }),
    ...(launcher === undefined ? {} : { launcher }),
  };
}
