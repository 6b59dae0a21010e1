/** Where the token-deciding words of a protocol or template come from. It is no part of the hash: the words are. */
export interface Source {
  /** Repository, file and commit, or package and version. */
  readonly source: string;
  readonly licence: string;
  /** Why it is believed, where nobody published it; absent where it is taken from its source as it stands. */
  readonly inferred?: string;
}
