import type { Random } from '@scalequest/core';

/** The colours of the marbles in every bag, in the order in which a problem names them. */
export const colours = ['red', 'blue', 'green'] as const;

type Colour = (typeof colours)[number];

/** How many marbles of each colour are in a bag. */
type Bag = Readonly<Record<Colour, number>>;

export function drawBag(random: Random, largest: number): Bag {
  const draw = (): number => random.integer({ min: 1, max: largest });
  return { red: draw(), blue: draw(), green: draw() };
}

/** `A bag holds $3$ red, $4$ blue and $1$ green marbles.` */
export function describeBag({ red, blue, green }: Bag): string {
  return `A bag holds $${red}$ red, $${blue}$ blue and $${green}$ green marbles.`;
}

/** The colour of each marble in the bag. */
export function listMarbles(bag: Bag): Colour[] {
  return colours.flatMap((colour) => Array<Colour>(bag[colour]).fill(colour));
}
