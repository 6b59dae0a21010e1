export { createSandbox } from './create-sandbox.ts';
export { defaultLimits } from './default-limits.ts';
export { SandboxError, type SandboxErrorCode } from './errors.ts';
export { type BackendStatus, getSandboxStatus, type SandboxStatus } from './get-sandbox-status.ts';
export { checkOutcomes } from './judge/read-result.ts';

export type {
  DurationPercentiles,
  Sandbox,
  SandboxOptions,
  SandboxStatistics,
  SignalOption,
} from './sandbox.ts';
export type { BackendName, CheckOutcome, CheckResult, Limits, Program } from './types.ts';
