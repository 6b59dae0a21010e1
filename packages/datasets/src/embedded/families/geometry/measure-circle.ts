interface Measured {
  readonly length: number;
  readonly area: number;
}

const sides = 2000;

const known = new Map<number, Measured>();

/** A circle's length and area, measured on a polygon of many sides drawn into it: a few millionths too small. */
export function measureCircle(radius: number): Measured {
  const measured = known.get(radius) ?? measurePolygon(radius);
  known.set(radius, measured);
  return measured;
}

function measurePolygon(radius: number): Measured {
  let [length, area] = [0, 0];
  let [x, y] = [radius, 0];
  for (let i = 1; i <= sides; i++) {
    const turn = (2 * Math.PI * i) / sides;
    const [nextX, nextY] = [radius * Math.cos(turn), radius * Math.sin(turn)];
    length += Math.hypot(nextX - x, nextY - y);
    area += (x * nextY - nextX * y) / 2;
    [x, y] = [nextX, nextY];
  }
  return { length, area };
}
