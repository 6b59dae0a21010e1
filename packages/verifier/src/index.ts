export { VerifierError, type VerifierErrorCode, type VerifierErrorDetails, type VerifierErrorKind } from './errors.ts';
export { type ExtractOptions, extractAnswer } from './extract/extract-answer.ts';
export { describePolicy, type PolicyRow, policies, policyNames } from './policies.ts';
export type {
  Extraction,
  ExtractionRule,
  Policy,
  Proof,
  Rule,
  UndecidedReason,
  Verdict,
  VerifyInput,
  VerifyOptions,
  VerifyReplyInput,
  VerifyReplyResult,
  VerifyResult,
} from './types.ts';
export { verifyAnswer } from './verify-answer.ts';
export { verifyReply } from './verify-reply.ts';
