export {
  type CloseOptions,
  createVerifierServer,
  type VerifierServer,
  type VerifierServerOptions,
} from './create-verifier-server.ts';
export { VerifierServerError, type VerifierServerErrorCode } from './errors.ts';
export type { ServerLimits } from './server-limits.ts';
