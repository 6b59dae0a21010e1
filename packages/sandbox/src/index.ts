export { createSandbox } from './create-sandbox.ts';
export { defaultLimits } from './default-limits.ts';
export { SandboxError, type SandboxErrorCode } from './errors.ts';
export { type BackendStatus, getSandboxStatus, type SandboxStatus } from './get-sandbox-status.ts';

export type {
  Sandbox,
  SandboxOptions,
  SandboxStatistics,
  SignalOption,
} from './sandbox.ts';
export {
  type BackendName,
  type CheckOutcome,
  type CheckResult,
  checkOutcomes,
  type Limits,
  type Program,
} from './types.ts';
