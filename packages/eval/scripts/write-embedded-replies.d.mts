/** What a reply is meant to show. */
export type EmbeddedReplyKind = 'right' | 'odd' | 'wrong' | 'no-answer' | 'truncated';

export interface EmbeddedReply {
  readonly kind: EmbeddedReplyKind;
  readonly reference: string;
  readonly record: { readonly id: string; readonly reply: string; readonly finishReason: 'stop' | 'length' };
}

export declare const shares: Readonly<Record<EmbeddedReplyKind, number>>;
export declare const repliesPath: string;
export declare function makeEmbeddedReplies(): EmbeddedReply[];
export declare function formatEmbeddedReplies(replies: readonly EmbeddedReply[]): string;
