// How often intervals for the difference of two arms hold the truth, where every seed meets every problem: by simulation.
//   node benchmarks/crossed-coverage.mjs [EXPERIMENTS] [PROBLEMS]
import { createRandom } from '@scalequest/core';
import { computeCrossedInterval, computeMeanInterval, resampleCrossed } from '@scalequest/eval';

const [experiments = 1000, problems = 1000] = process.argv.slice(2).map(Number);
const truth = 0.05;
const share = (count) => ((100 * count) / experiments).toFixed(1);

/** Differences 1, 0 and -1 whose mean over all seeds and problems is the truth. Sizes are standard deviations of the effect. */
function draw({ seeds, bySeed, byProblem }, random) {
  const shift = (size) => size * Math.sqrt(3) * (2 * random.next() - 1);
  const ofProblem = Array.from({ length: problems }, () => shift(byProblem));
  return Array.from({ length: seeds }, () => {
    const ofSeed = shift(bySeed);
    return ofProblem.map((own) => {
      const mean = truth + ofSeed + own;
      const at = random.next();
      const changed = Math.max(0.3, Math.abs(mean));
      return at < (changed + mean) / 2 ? 1 : at < changed ? -1 : 0;
    });
  });
}

console.log(`${experiments} experiments each, ${problems} problems, true difference ${truth}, Node ${process.version}`);
console.log('| seeds | spread of seeds, of problems | crossed | half width, points | t over seeds | both resampled |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const seeds of [5, 10])
  for (const [bySeed, byProblem] of [
    [0, 0],
    [0.01, 0.1],
    [0.02, 0.2],
    [0.05, 0.2],
    [0.1, 0],
    [0, 0.4],
  ]) {
    const random = createRandom(`crossed-coverage/${seeds}/${bySeed}/${byProblem}`);
    const held = [0, 0, 0];
    let width = 0;
    for (let i = 0; i < experiments; i++) {
      const table = draw({ seeds, bySeed, byProblem }, random);
      const means = table.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
      const crossed = computeCrossedInterval(table);
      width += crossed.high - crossed.low;
      [crossed, computeMeanInterval(means), resampleCrossed(table, { seed: `${i}`, draws: 400 })].forEach(
        ({ low, high }, way) => {
          if (low <= truth && truth <= high) held[way] += 1;
        },
      );
    }
    const half = ((50 * width) / experiments).toFixed(1);
    console.log(
      `| ${seeds} | ${100 * bySeed}, ${100 * byProblem} points | ${share(held[0])} | ${half} | ${share(held[1])} | ${share(held[2])} |`,
    );
  }
