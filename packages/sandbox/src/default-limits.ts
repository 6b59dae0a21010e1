import type { Limits } from './types.ts';

/** What a program may use where nobody says otherwise: all reference programs of HumanEval and MBPP stay far under it. */
export const defaultLimits: Limits = {
  timeoutMs: 15_000,
  cpuSeconds: 10,
  memoryMb: 1_024,
  fileMb: 16,
  files: 64,
  outputBytes: 4_096,
};
