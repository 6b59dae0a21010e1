export type { BackendName, CheckOutcome, CheckResult, Limits, Program } from './types.ts';
