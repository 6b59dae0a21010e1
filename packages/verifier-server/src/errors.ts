import { ScaleQuestError } from '@scalequest/core';

export type VerifierServerErrorCode = 'BAD_OPTION' | 'PUBLIC_WITHOUT_TOKEN' | 'CANNOT_LISTEN';

/** What keeps a server from starting. What is wrong with a request is an answer, not an error of this class. */
export class VerifierServerError extends ScaleQuestError<VerifierServerErrorCode> {}
