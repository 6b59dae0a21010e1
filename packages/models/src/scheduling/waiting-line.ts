/** First come, first served. Joining, being served and leaving cost the same at any length. */
export interface WaitingLine<T> {
  readonly size: number;
  readonly first: T | undefined;
  /** Joins at the end. Returns how to leave, which says whether one had waited until then. */
  readonly join: (value: T) => () => boolean;
  /** Takes the first. */
  readonly take: () => T | undefined;
}

interface Place<T> {
  readonly value: T;
  previous: Place<T> | undefined;
  next: Place<T> | undefined;
  isWaiting: boolean;
}

export function createWaitingLine<T>(): WaitingLine<T> {
  let head: Place<T> | undefined;
  let tail: Place<T> | undefined;
  let size = 0;

  const remove = (place: Place<T>): boolean => {
    if (!place.isWaiting) return false;
    place.isWaiting = false;
    size -= 1;
    if (place.previous === undefined) head = place.next;
    else place.previous.next = place.next;
    if (place.next === undefined) tail = place.previous;
    else place.next.previous = place.previous;
    return true;
  };

  return {
    get size() {
      return size;
    },
    get first() {
      return head?.value;
    },
    join: (value) => {
      const place: Place<T> = { value, previous: tail, next: undefined, isWaiting: true };
      if (tail === undefined) head = place;
      else tail.next = place;
      tail = place;
      size += 1;
      return () => remove(place);
    },
    take: () => {
      const place = head;
      if (place === undefined) return undefined;
      remove(place);
      return place.value;
    },
  };
}
