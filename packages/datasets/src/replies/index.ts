export { detectReplyFormat } from './detect-reply-format.ts';
export { type ReadRepliesOptions, type RecordedReply, readReplies } from './read-replies.ts';
export type { RecordedError, RecordedFinishReason, RecordedForm, RecordedOutcome } from './reply-format.ts';
export { replyFormats } from './reply-formats.ts';
