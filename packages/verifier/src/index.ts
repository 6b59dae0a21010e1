export { benchmarkSettings, type OlympiadBenchFields, settingsForOlympiadBench } from './benchmark-settings.ts';
export { canonicalKey } from './canonical-key.ts';
export { VerifierError, type VerifierErrorCode, type VerifierErrorDetails, type VerifierErrorKind } from './errors.ts';
export { explain } from './explain.ts';
export { type ExtractOptions, extractAnswer } from './extract/extract-answer.ts';
export { hideThinking, type VisibleText } from './extract/hide-thinking.ts';
export { type AnswerGroup, groupAnswers } from './group-answers.ts';
export { describePolicy, type PolicyRow, policies, policyNames } from './policies.ts';
export { isCheckable, type Reward, reward, rewardReply } from './reward.ts';
export type {
  Extraction,
  ExtractionRule,
  Policy,
  Preset,
  Proof,
  RefusableProof,
  Rule,
  ToleranceOptions,
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
