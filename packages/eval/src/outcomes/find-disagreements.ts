import type { Outcome, Score } from './outcome.ts';

/** What is known of a source's label beyond the label: a review of it, or a reason why ours is another. */
export interface LabelReview {
  /** `true` and `false` correct the label or confirm it; the others say that it is not clear. */
  readonly verdict?: 'true' | 'false' | 'approximate' | 'ambiguous';
  readonly why: string;
}

/** A sample that we and the source's label judge differently. */
export interface Disagreement {
  readonly id: string;
  readonly epoch: number;
  readonly label: 'correct' | 'wrong';
  readonly outcome: Outcome;
  readonly answer?: string;
  /**
   * `label-wrong`: a review says that the label is. `label-unclear`: a review says that the label could be either.
   * `undecided` and `truncated`: we do not say that the answer is wrong. `explained`: a reason is on record.
   * `unexplained`: none is.
   */
  readonly kind: 'label-wrong' | 'label-unclear' | 'undecided' | 'truncated' | 'explained' | 'unexplained';
  readonly why?: string;
}

/** Every sample whose label says another thing than our outcome, in the order of the scores. */
export function findDisagreements({
  scores,
  labels,
  review,
}: {
  readonly scores: readonly Score[];
  readonly labels: readonly Pick<Score, 'id' | 'epoch' | 'outcome'>[];
  readonly review: (sample: { readonly id: string; readonly epoch: number }) => LabelReview | undefined;
}): Disagreement[] {
  const byKey = new Map(labels.map(({ id, epoch, outcome }) => [`${epoch} ${id}`, outcome]));
  return scores.flatMap(({ id, epoch, outcome, answer }) => {
    const label = byKey.get(`${epoch} ${id}`);
    if (label === undefined || (label === 'correct') === (outcome === 'correct')) return [];
    const known = review({ id, epoch });
    return [
      {
        id,
        epoch,
        label: label === 'correct' ? ('correct' as const) : ('wrong' as const),
        outcome,
        ...(answer === undefined ? {} : { answer }),
        kind: classify({ outcome, review: known }),
        ...(known === undefined ? {} : { why: known.why }),
      },
    ];
  });
}

function classify({
  outcome,
  review,
}: {
  readonly outcome: Outcome;
  readonly review: LabelReview | undefined;
}): Disagreement['kind'] {
  if (review?.verdict === 'approximate' || review?.verdict === 'ambiguous') return 'label-unclear';
  if (review?.verdict !== undefined && (review.verdict === 'true') === (outcome === 'correct')) return 'label-wrong';
  if (outcome === 'undecided' || outcome === 'truncated') return outcome;
  // A review that confirms the label explains nothing; a reason on record does.
  return review !== undefined && review.verdict === undefined ? 'explained' : 'unexplained';
}
