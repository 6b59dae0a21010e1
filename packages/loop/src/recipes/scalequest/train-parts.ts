import { type LauncherChoice, requirePython, type TrainSettings } from '@scalequest/train-bridge';
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

interface TrainParts {
  readonly config: Pick<ResolvedConfig, 'train'>;
  readonly access: LoopAccess;
}

/**
 * Where a training runs: as the configuration says of it, of its kind or of all, else as whoever runs the loop.
 *
 * @param step - its name, such as `qpo-qwen`
 */
export function chooseLauncher({ config: { train }, access }: TrainParts, step: string): LauncherChoice | undefined {
  const [own] = Object.entries(train.launchers ?? {})
    .filter(([name]) => step === name || step.startsWith(`${name}-`))
    .sort(([one], [other]) => other.length - one.length);
  return own?.[1] ?? train.launcher ?? access.launcher;
}

/** How a training of the loop is run. */
export function makeTrainAccess(parts: TrainParts, step: string): TrainAccess {
  const { command, versions, cacheDir, getPython } = parts.access;
  const { python } = parts.config.train;
  const launcher = chooseLauncher(parts, step);
  return {
    ...{ command, versions },
    getPython: python === undefined ? getPython : () => requirePython({ configured: python, cacheDir }),
    ...(launcher === undefined ? {} : { launcher }),
  };
}
