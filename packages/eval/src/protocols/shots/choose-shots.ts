import { createPythonRandom } from './python-random.ts';
import type { Shots } from './shots.ts';

/** Which of the texts are shown for the problem at a position of its benchmark. */
export type ChooseShots = (position: number) => readonly number[];

/**
 * Makes the choice of a protocol. A draw depends on how many came before it, so that the positions up to the one that is
 * asked for are drawn with it, once: a limit or a resumed run changes nobody's shots.
 */
export function createShotChooser({ count, choice }: Pick<Shots, 'count' | 'choice'>, size: number): ChooseShots {
  if (choice.kind === 'first') {
    const { skip = 0 } = choice;
    const first = Array.from({ length: Math.min(count, size - skip) }, (_, index) => skip + index);
    return () => first;
  }
  const random = createPythonRandom(choice.seed);
  let drawn = new Uint32Array(256 * count);
  let done = 0;
  return (position) => {
    while (done <= position) {
      if ((done + 1) * count > drawn.length) {
        const larger = new Uint32Array(2 * drawn.length);
        larger.set(drawn);
        drawn = larger;
      }
      drawn.set(random.sample(size, count), done * count);
      done++;
    }
    return Array.from(drawn.subarray(position * count, (position + 1) * count));
  };
}
